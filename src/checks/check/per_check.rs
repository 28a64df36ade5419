//! One value for each of the six checks.

use std::ops::{Index, IndexMut};

use super::CheckId;

/// One value for each of the six checks, in their order: none can be missing or appear twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PerCheck<T>([T; 6]);

impl<T> PerCheck<T> {
    /// The checks with their values.
    pub fn iter(&self) -> impl Iterator<Item = (CheckId, &T)> {
        CheckId::ALL.into_iter().zip(&self.0)
    }

    /// The checks with their values, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (CheckId, &mut T)> {
        CheckId::ALL.into_iter().zip(&mut self.0)
    }

    /// The values alone.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.0.iter()
    }

    /// The values alone, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.iter_mut()
    }
}

impl<T> Index<CheckId> for PerCheck<T> {
    type Output = T;

    fn index(&self, id: CheckId) -> &T {
        &self.0[id as usize]
    }
}

impl<T> IndexMut<CheckId> for PerCheck<T> {
    fn index_mut(&mut self, id: CheckId) -> &mut T {
        &mut self.0[id as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_check_has_a_value_of_its_own() {
        let mut names = PerCheck::<&str>::default();
        for (id, name) in names.iter_mut() {
            *name = id.name();
        }
        names[CheckId::List] = "changed";
        for (id, name) in names.iter() {
            assert_eq!(*name == id.name(), id != CheckId::List);
        }
    }
}
