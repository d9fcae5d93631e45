//! The program as a user calls it, once and to its end.
#![allow(dead_code)] // each test file uses a part

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What it said and how it ended, in a language.
pub fn fenhe_in(lang: &str, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fenhe"))
        .args(args)
        .env("LC_ALL", lang)
        .output()
        .expect("the program starts")
}

/// The same in English.
pub fn fenhe(args: &[&str]) -> Output {
    fenhe_in("C", args)
}

/// A plant of the repository.
pub fn plant(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plants");
    root.join(name).display().to_string()
}

/// A public shop.
pub fn shop(name: &str) -> String {
    let shops = Path::new(env!("CARGO_MANIFEST_DIR")).join("../planner/tests/shops");
    shops.join(name).display().to_string()
}

/// A file of these tests.
pub fn file(of: &str, name: &str, text: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("fenhe-{of}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a scratch folder");
    let path = folder.join(name);
    std::fs::write(&path, text).expect("a file");
    path
}

/// What it said where that is JSON and nothing else.
pub fn made(args: &[&str]) -> (String, Value) {
    let out = fenhe(args);
    let said = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{said}");
    let text = String::from_utf8(out.stdout).expect("text");
    let json = serde_json::from_str(&text).expect("standard output is JSON and nothing else");
    (text, json)
}

/// Exit code and what was complained about.
pub fn refused(args: &[&str]) -> (Option<i32>, String) {
    let out = fenhe(args);
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    (out.status.code(), said)
}
