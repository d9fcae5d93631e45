//! A connection to the server cut at the worst moments: the statement did not arrive, or it took place and
//! nobody told. Neither may double or lose an entry.
#![cfg(feature = "postgres")]

mod common;
use common::*;
use fenhe_journal::*;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// What the relay does with the next bytes.
const PASS: u8 = 0;
/// Cuts before what the client says reaches the server.
const CUT_REQUEST: u8 = 1;
/// Cuts before what the server says reaches the client.
const CUT_ANSWER: u8 = 2;

/// Passes bytes on between a client and the server until it is told to cut.
fn relay(to: String) -> (u16, Arc<AtomicU8>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let mode = Arc::new(AtomicU8::new(PASS));
    let shared = mode.clone();
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let server = TcpStream::connect(&to).unwrap();
            for (from, to, cut) in [
                (client.try_clone(), server.try_clone(), CUT_REQUEST),
                (server.try_clone(), client.try_clone(), CUT_ANSWER),
            ] {
                let (from, to, mode) = (from.unwrap(), to.unwrap(), shared.clone());
                std::thread::spawn(move || pass(from, to, cut, &mode));
            }
        }
    });
    (port, mode)
}

fn pass(mut from: TcpStream, mut to: TcpStream, cut: u8, mode: &AtomicU8) {
    let mut bytes = [0; 65_536];
    while let Ok(n @ 1..) = from.read(&mut bytes) {
        // Once: the next connection works.
        let cut = mode.compare_exchange(cut, PASS, Ordering::SeqCst, Ordering::SeqCst);
        if cut.is_ok() || to.write_all(&bytes[..n]).is_err() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

#[test]
fn a_lost_request_is_repeated_and_a_lost_answer_is_not() {
    let Some(server) = server::Server::start() else {
        return;
    };
    let place = server.database();
    let address = place.address();
    let (_, rest) = address.split_once('@').unwrap();
    let (host, database) = rest.split_once('/').unwrap();
    let (port, mode) = relay(host.to_string());
    let mut journal = open(&format!("postgres://fenhe@127.0.0.1:{port}/{database}")).unwrap();
    journal.append(1, &entries(1, 11)).unwrap();
    let mut next = 11;
    for round in 0..20u64 {
        mode.store(
            if round % 2 == 0 {
                CUT_REQUEST
            } else {
                CUT_ANSWER
            },
            Ordering::SeqCst,
        );
        let size = round % 3;
        let newest = vec![("round".to_string(), vec![round as u8])];
        let head = journal.commit(next, &entries(next, next + size), &newest);
        assert_eq!(head, Ok(next + size - 1), "round {round}");
        assert_eq!(
            mode.load(Ordering::SeqCst),
            PASS,
            "round {round}: nothing was cut"
        );
        next += size;
        assert_eq!(journal.states().unwrap(), newest);
    }
    for cut in [CUT_REQUEST, CUT_ANSWER] {
        mode.store(cut, Ordering::SeqCst);
        journal.open_epoch(next, &epoch("p", &[cut])).unwrap();
        mode.store(cut, Ordering::SeqCst);
        let digest = fenhe_contract::Digest(1);
        journal.put_snapshot(next - 1, digest, &[cut]).unwrap();
    }
    assert_eq!(journal.epochs().unwrap().len(), 2);
    mode.store(CUT_ANSWER, Ordering::SeqCst);
    journal.prune(6).unwrap();
    let report = journal.verify().unwrap();
    assert_eq!(
        (report.first, report.last, report.fault),
        (6, next - 1, None)
    );
    let expected: Vec<_> = (6..next).map(|n| (n, entry(n))).collect();
    assert_eq!(journal.read(6, 1_000).unwrap(), expected);
}
