//! Any state as a tree that still knows which numbers are ids and which lists are tables, so that ids can
//! be put into the words of another plant wherever they stand. Written down it gives the same bytes as
//! the state itself.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use serde::ser::{self, Serialize, Serializer};

/// A value.
#[derive(Clone, PartialEq, Debug)]
#[allow(missing_docs)]
pub enum Tree {
    Bool(bool),
    U8(u8),
    U16(u16),
    U32(u32),
    U64(u64),
    I8(i8),
    I16(i16),
    I32(i32),
    I64(i64),
    F32(f32),
    F64(f64),
    Char(char),
    Text(String),
    Bytes(Vec<u8>),
    Absent,
    Present(Box<Tree>),
    Unit,
    /// One of several, by number, with what belongs to it.
    Variant(u32, Box<Tree>),
    /// As many as there are.
    List(Vec<Tree>),
    /// A fixed number of fields.
    Fields(Vec<Tree>),
    Map(Vec<(Tree, Tree)>),
    /// A number in a wrapper, which most often is an id: the wrapper's name, and the number.
    Id(&'static str, u32),
    /// The same for the serial of a living thing.
    Serial(&'static str, u64),
    /// A list in a wrapper, which most often is a table: one row for each id of that kind, in order.
    Table(&'static str, Vec<Tree>),
}

impl Tree {
    /// Of a value; `None` if it does not say how long it is.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Option<Tree> {
        value.serialize(Grow).ok()
    }
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        use ser::{SerializeMap, SerializeSeq, SerializeTuple};
        match self {
            Tree::Bool(v) => to.serialize_bool(*v),
            Tree::U8(v) => to.serialize_u8(*v),
            Tree::U16(v) => to.serialize_u16(*v),
            Tree::U32(v) | Tree::Id(_, v) => to.serialize_u32(*v),
            Tree::U64(v) | Tree::Serial(_, v) => to.serialize_u64(*v),
            Tree::I8(v) => to.serialize_i8(*v),
            Tree::I16(v) => to.serialize_i16(*v),
            Tree::I32(v) => to.serialize_i32(*v),
            Tree::I64(v) => to.serialize_i64(*v),
            Tree::F32(v) => to.serialize_f32(*v),
            Tree::F64(v) => to.serialize_f64(*v),
            Tree::Char(v) => to.serialize_char(*v),
            Tree::Text(v) => to.serialize_str(v),
            Tree::Bytes(v) => to.serialize_bytes(v),
            Tree::Absent => to.serialize_none(),
            Tree::Present(v) => to.serialize_some(v),
            Tree::Unit => to.serialize_unit(),
            Tree::Variant(number, v) => to.serialize_newtype_variant("", *number, "", v),
            Tree::List(all) | Tree::Table(_, all) => {
                let mut list = to.serialize_seq(Some(all.len()))?;
                all.iter().try_for_each(|one| list.serialize_element(one))?;
                list.end()
            }
            Tree::Fields(all) => {
                let mut list = to.serialize_tuple(all.len())?;
                all.iter().try_for_each(|one| list.serialize_element(one))?;
                list.end()
            }
            Tree::Map(all) => {
                let mut map = to.serialize_map(Some(all.len()))?;
                all.iter()
                    .try_for_each(|(k, v)| map.serialize_entry(k, v))?;
                map.end()
            }
        }
    }
}

/// The value says something that no tree holds.
#[derive(Debug)]
struct Untold;
impl core::fmt::Display for Untold {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("no tree")
    }
}
impl core::error::Error for Untold {}
impl ser::Error for Untold {
    fn custom<T: core::fmt::Display>(_: T) -> Self {
        Untold
    }
}

struct Grow;

/// Gathers parts; `variant`: of one of several; a key waits for its value.
struct Parts {
    all: Vec<Tree>,
    keys: Vec<Tree>,
    variant: Option<u32>,
    list: bool,
}

impl Parts {
    fn new(many: usize, variant: Option<u32>, list: bool) -> Parts {
        Parts {
            all: Vec::with_capacity(many),
            keys: Vec::new(),
            variant,
            list,
        }
    }
    fn add<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Untold> {
        self.all.push(value.serialize(Grow)?);
        Ok(())
    }
    fn done(self) -> Result<Tree, Untold> {
        let tree = if self.list {
            Tree::List(self.all)
        } else {
            Tree::Fields(self.all)
        };
        Ok(match self.variant {
            Some(number) => Tree::Variant(number, Box::new(tree)),
            None => tree,
        })
    }
}

macro_rules! plain {
    ($($name:ident $kind:ty => $variant:ident;)*) => {$(
        fn $name(self, v: $kind) -> Result<Tree, Untold> {
            Ok(Tree::$variant(v))
        }
    )*};
}

impl Serializer for Grow {
    type Ok = Tree;
    type Error = Untold;
    type SerializeSeq = Parts;
    type SerializeTuple = Parts;
    type SerializeTupleStruct = Parts;
    type SerializeTupleVariant = Parts;
    type SerializeMap = Parts;
    type SerializeStruct = Parts;
    type SerializeStructVariant = Parts;

    plain! {
        serialize_bool bool => Bool;
        serialize_u8 u8 => U8;
        serialize_u16 u16 => U16;
        serialize_u32 u32 => U32;
        serialize_u64 u64 => U64;
        serialize_i8 i8 => I8;
        serialize_i16 i16 => I16;
        serialize_i32 i32 => I32;
        serialize_i64 i64 => I64;
        serialize_f32 f32 => F32;
        serialize_f64 f64 => F64;
        serialize_char char => Char;
    }
    fn serialize_str(self, v: &str) -> Result<Tree, Untold> {
        Ok(Tree::Text(v.to_string()))
    }
    fn serialize_bytes(self, v: &[u8]) -> Result<Tree, Untold> {
        Ok(Tree::Bytes(v.to_vec()))
    }
    fn serialize_none(self) -> Result<Tree, Untold> {
        Ok(Tree::Absent)
    }
    fn serialize_some<T: Serialize + ?Sized>(self, v: &T) -> Result<Tree, Untold> {
        Ok(Tree::Present(Box::new(v.serialize(Grow)?)))
    }
    fn serialize_unit(self) -> Result<Tree, Untold> {
        Ok(Tree::Unit)
    }
    fn serialize_unit_struct(self, _: &'static str) -> Result<Tree, Untold> {
        Ok(Tree::Unit)
    }
    fn serialize_unit_variant(
        self,
        _: &'static str,
        number: u32,
        _: &'static str,
    ) -> Result<Tree, Untold> {
        Ok(Tree::Variant(number, Box::new(Tree::Unit)))
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        v: &T,
    ) -> Result<Tree, Untold> {
        let tree = v.serialize(Grow)?;
        Ok(match tree {
            Tree::U32(number) => Tree::Id(name, number),
            Tree::U64(number) => Tree::Serial(name, number),
            Tree::List(rows) => Tree::Table(name, rows),
            other => other,
        })
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        number: u32,
        _: &'static str,
        v: &T,
    ) -> Result<Tree, Untold> {
        Ok(Tree::Variant(number, Box::new(v.serialize(Grow)?)))
    }
    fn serialize_seq(self, many: Option<usize>) -> Result<Parts, Untold> {
        Ok(Parts::new(many.unwrap_or(0), None, true))
    }
    fn serialize_tuple(self, many: usize) -> Result<Parts, Untold> {
        Ok(Parts::new(many, None, false))
    }
    fn serialize_tuple_struct(self, _: &'static str, many: usize) -> Result<Parts, Untold> {
        Ok(Parts::new(many, None, false))
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        number: u32,
        _: &'static str,
        many: usize,
    ) -> Result<Parts, Untold> {
        Ok(Parts::new(many, Some(number), false))
    }
    fn serialize_map(self, many: Option<usize>) -> Result<Parts, Untold> {
        Ok(Parts::new(many.unwrap_or(0), None, true))
    }
    fn serialize_struct(self, _: &'static str, many: usize) -> Result<Parts, Untold> {
        Ok(Parts::new(many, None, false))
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        number: u32,
        _: &'static str,
        many: usize,
    ) -> Result<Parts, Untold> {
        Ok(Parts::new(many, Some(number), false))
    }
    fn is_human_readable(&self) -> bool {
        false
    }
}

macro_rules! gathers {
    ($($of:ident $add:ident ($($key:ty)?);)*) => {$(
        impl ser::$of for Parts {
            type Ok = Tree;
            type Error = Untold;
            fn $add<T: Serialize + ?Sized>(&mut self, $(_: $key,)? v: &T) -> Result<(), Untold> {
                self.add(v)
            }
            fn end(self) -> Result<Tree, Untold> {
                self.done()
            }
        }
    )*};
}
gathers! {
    SerializeSeq serialize_element ();
    SerializeTuple serialize_element ();
    SerializeTupleStruct serialize_field ();
    SerializeTupleVariant serialize_field ();
    SerializeStruct serialize_field (&'static str);
    SerializeStructVariant serialize_field (&'static str);
}
impl ser::SerializeMap for Parts {
    type Ok = Tree;
    type Error = Untold;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Untold> {
        self.keys.push(key.serialize(Grow)?);
        Ok(())
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, v: &T) -> Result<(), Untold> {
        self.add(v)
    }
    fn end(self) -> Result<Tree, Untold> {
        Ok(Tree::Map(self.keys.into_iter().zip(self.all).collect()))
    }
}

#[cfg(test)]
mod tests {
    use crate::*;
    use alloc::collections::{BTreeMap, BTreeSet};
    use alloc::vec;
    use serde::Serialize;

    #[derive(Serialize)]
    struct Whole {
        table: Fixed<VehicleId, Option<(Time, PlaceId)>>,
        of: BTreeMap<AlarmPoint, Vec<f64>>,
        set: BTreeSet<(Time, VehicleId)>,
        word: &'static str,
        event: Event,
    }
    use alloc::vec::Vec;

    #[test]
    fn a_tree_is_written_as_the_state_is_and_knows_ids_and_tables() {
        let source = AlarmSource::Vehicle(VehicleId(3));
        let code = AlarmCode::Held;
        let whole = Whole {
            table: Fixed::from_vec(vec![None, Some((Time(-5), PlaceId(900)))]),
            of: BTreeMap::from([(AlarmPoint { source, code }, vec![0.5])]),
            set: BTreeSet::from([(Time(7), VehicleId(1))]),
            word: "word",
            event: Event::Vehicle(VehicleId(2), VehicleEvent::Held(true)),
        };
        let tree = Tree::of(&whole).expect("a tree");
        assert_eq!(snapshot(&tree), snapshot(&whole));
        let Tree::Fields(fields) = &tree else {
            panic!("{tree:?}")
        };
        let Tree::Table("VehicleId", rows) = &fields[0] else {
            panic!("{:?}", fields[0])
        };
        let Tree::Present(row) = &rows[1] else {
            panic!("{rows:?}")
        };
        let Tree::Fields(pair) = &**row else {
            panic!("{row:?}")
        };
        assert_eq!(pair[1], Tree::Id("PlaceId", 900));
    }
}
