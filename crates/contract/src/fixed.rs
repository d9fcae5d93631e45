//! A table indexed by a typed id.

use crate::Index;
use alloc::vec::Vec;
use core::marker::PhantomData;
use core::ops;
use serde::{Deserialize, Serialize};

/// One `T` per `I`, in id order. Length = number of ids of that kind.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(transparent)]
pub struct Fixed<I, T> {
    items: Vec<T>,
    #[serde(skip)]
    ids: PhantomData<fn() -> I>,
}

/// As the list of its rows; the name is for [`crate::Tree`].
impl<I: Index, T: Serialize> Serialize for Fixed<I, T> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_newtype_struct(I::KIND, &self.items)
    }
}

impl<I, T> Default for Fixed<I, T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            ids: PhantomData,
        }
    }
}
impl<I: Index, T> Fixed<I, T> {
    /// Wraps rows that are already in id order.
    pub fn from_vec(items: Vec<T>) -> Self {
        Self {
            items,
            ids: PhantomData,
        }
    }
    /// A table as long as `like`, each row made from its id.
    pub fn like<U>(like: &Fixed<I, U>, make: impl FnMut(I) -> T) -> Self {
        Self::from_vec((0..like.len()).map(I::from_index).map(make).collect())
    }
    /// Adds a row and gives its id.
    pub fn push(&mut self, item: T) -> I {
        self.items.push(item);
        I::from_index(self.items.len() - 1)
    }
    /// Number of rows.
    #[inline]
    pub fn len(&self) -> usize {
        self.items.len()
    }
    /// No rows.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
    /// The row, if the id is of this table.
    pub fn get(&self, id: I) -> Option<&T> {
        self.items.get(id.index())
    }
    /// Ids in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = I> + ExactSizeIterator + use<I, T> {
        (0..self.items.len()).map(I::from_index)
    }
    /// Rows in id order.
    pub fn iter(&self) -> core::slice::Iter<'_, T> {
        self.items.iter()
    }
    /// Rows in id order, to change.
    pub fn iter_mut(&mut self) -> core::slice::IterMut<'_, T> {
        self.items.iter_mut()
    }
    /// Ids with their rows, in order.
    pub fn pairs(&self) -> impl DoubleEndedIterator<Item = (I, &T)> + ExactSizeIterator {
        self.items
            .iter()
            .enumerate()
            .map(|(i, item)| (I::from_index(i), item))
    }
    /// The rows as a slice.
    pub fn as_slice(&self) -> &[T] {
        &self.items
    }
}
impl<I: Index, T> ops::Index<I> for Fixed<I, T> {
    type Output = T;
    #[inline]
    fn index(&self, id: I) -> &T {
        &self.items[id.index()]
    }
}
impl<I: Index, T> ops::IndexMut<I> for Fixed<I, T> {
    #[inline]
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.items[id.index()]
    }
}
impl<'a, I: Index, T> IntoIterator for &'a Fixed<I, T> {
    type Item = &'a T;
    type IntoIter = core::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}
