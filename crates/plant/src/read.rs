//! Values of a table that was checked against its form: what was faulty there was reported there
//! and reads as absent here.

use crate::dist;
use crate::shape::quantity;
use crate::shape::{Form, Shape};
use crate::tree::{At, Desk, Item, Table};
use fenhe_contract::{Dist, Share, Span};

/// A table being read.
#[derive(Clone, Copy)]
pub struct Read<'t> {
    /// The desk.
    pub desk: &'t Desk<'t>,
    /// The table.
    pub table: &'t Table,
    /// Its form.
    pub form: &'static Form,
    /// Where it stands.
    pub at: At,
}

impl<'t> Read<'t> {
    /// The value of a key.
    pub fn item(&self, key: &str) -> Option<&'t Item> {
        debug_assert!(
            self.form.key(key).is_some(),
            "{key} is no key of {}",
            self.form.name
        );
        self.table.get(key)
    }
    /// Where the value of a key stands, or else the table.
    pub fn at(&self, key: &str) -> At {
        self.item(key).map_or(self.at, |item| item.at)
    }
    /// A string.
    pub fn text(&self, key: &str) -> Option<&'t str> {
        self.item(key)?.text()
    }
    /// A boolean.
    pub fn flag(&self, key: &str) -> Option<bool> {
        match self.item(key)?.value {
            crate::tree::Value::Flag(flag) => Some(flag),
            _ => None,
        }
    }
    /// An integer within its bounds.
    pub fn count(&self, key: &str) -> Option<i64> {
        let n = self.item(key)?.integer()?;
        match self.form.key(key)?.shape {
            Shape::Count(least, most) if n < least || n > most => None,
            _ => Some(n),
        }
    }
    /// A number within its bounds.
    pub fn ratio(&self, key: &str) -> Option<f64> {
        let x = self.item(key)?.number()?;
        match self.form.key(key)?.shape {
            Shape::Ratio(least, most) if !(x >= least && x <= most) => None,
            _ => Some(x),
        }
    }
    /// A value with unit, in base units.
    pub fn amount(&self, key: &str) -> Option<i64> {
        let mut shape = &self.form.key(key)?.shape;
        if let Shape::Any(shapes) = shape {
            shape = shapes.iter().find(|s| matches!(s, Shape::Quantity(..)))?;
        }
        quantity(self.desk, shape, self.item(key)?)
            .ok()
            .map(|(_, amount)| amount)
    }
    /// A span.
    pub fn span(&self, key: &str) -> Option<Span> {
        self.amount(key).map(Span)
    }
    /// A share.
    pub fn share(&self, key: &str) -> Option<Share> {
        self.amount(key)
            .and_then(|n| u32::try_from(n).ok())
            .map(Share)
    }
    /// A distribution of spans.
    pub fn dist(&self, key: &str) -> Option<Dist> {
        self.dist_or_pieces(key).map(|(dist, _)| dist)
    }
    /// A distribution, and whether it counts pieces.
    pub fn dist_or_pieces(&self, key: &str) -> Option<(Dist, bool)> {
        let pieces = matches!(self.form.key(key)?.shape, Shape::Dist(true));
        dist::read(self.desk, self.item(key)?, pieces).ok()
    }
    /// A table in it.
    pub fn inner(&self, key: &str) -> Option<Read<'t>> {
        let item = self.item(key)?;
        let form = form_of(&self.form.key(key)?.shape)?;
        Some(Read {
            desk: self.desk,
            table: item.table()?,
            form,
            at: item.at,
        })
    }
    /// The rows of a list.
    pub fn list(&self, key: &str) -> &'t [Item] {
        self.item(key).and_then(Item::list).unwrap_or_default()
    }
    /// The tables of a list of tables.
    pub fn tables(&self, key: &str) -> impl Iterator<Item = Read<'t>> + use<'t> {
        let form = self.form.key(key).and_then(|key| form_of(&key.shape));
        let desk = self.desk;
        self.list(key).iter().filter_map(move |item| {
            Some(Read {
                desk,
                table: item.table()?,
                form: form?,
                at: item.at,
            })
        })
    }
}

fn form_of(shape: &Shape) -> Option<&'static Form> {
    match shape {
        Shape::Table(form) => Some(form),
        Shape::List(inner, ..) => form_of(inner),
        Shape::Any(shapes) => shapes.iter().find_map(form_of),
        _ => None,
    }
}
