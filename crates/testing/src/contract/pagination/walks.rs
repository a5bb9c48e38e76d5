//! The law itself: what a walk sees.

use std::collections::HashSet;

use proptest::{prelude::*, test_runner::TestCaseResult};
use tenancy_domain::pagination::{Cursor, Direction, PageSize};

use super::{
    cases::{Case, Write},
    lists::List,
    model::{Model, View, request},
};

/// A list under test, the model of it, and the size of the pages.
pub(super) struct Walks<L> {
    list: L,
    model: Model,
    size: PageSize,
}

impl<L: List> Walks<L> {
    /// Fills the list as the case begins.
    pub(super) async fn begin(list: L, case: &Case) -> Self {
        let mut walks = Self { list, model: Model::default(), size: case.size };
        let mut rows = Vec::new();
        for row in &case.rows {
            if !walks.model.contains(*row) {
                walks.model.insert(*row);
                rows.push(*row);
            }
        }
        walks.list.insert(&rows).await;
        for index in &case.deletions {
            if !rows.is_empty() {
                walks.delete(*index.get(&rows)).await;
            }
        }
        walks
    }

    /// While nobody writes: each row once on the way forward, and the same pages on the way back from any of them.
    pub(super) async fn stand_still(&self) -> TestCaseResult {
        let size = usize::from(self.size.get());
        let rows = self.rows();

        let forward = self.pages(Direction::Forward).await?;
        let expected: Vec<&[Cursor]> = rows.chunks(size).collect();
        prop_assert_eq!(rows_of(&forward), expected, "the walk forward");
        for (index, page) in forward.iter().enumerate() {
            prop_assert_eq!(page.prev.is_some(), index > 0, "prev_cursor of page {}", index);
            let Some(prev) = page.prev else { continue };
            let back = self.page(Direction::Backward, Some(prev)).await?;
            prop_assert_eq!(&back.rows, &forward[index - 1].rows, "the page before page {}", index);
        }

        let mut expected: Vec<&[Cursor]> = rows.rchunks(size).collect();
        let backward = self.pages(Direction::Backward).await?;
        prop_assert_eq!(rows_of(&backward), expected.clone(), "the walk backward");
        expected.reverse();
        for (index, page) in backward.iter().rev().enumerate() {
            let Some(next) = page.next else { continue };
            let forth = self.page(Direction::Forward, Some(next)).await?;
            prop_assert_eq!(&forth.rows[..], expected[index + 1], "the page after page {}", index);
        }
        Ok(())
    }

    /// Any position will do for a cursor, whether a row stands there or not.
    pub(super) async fn probe(&self, probes: &[(Cursor, Direction)]) -> TestCaseResult {
        let rows = self.rows();
        for (cursor, direction) in probes {
            self.page(*direction, Some(*cursor)).await?;
        }
        for row in rows {
            self.page(Direction::Forward, Some(row)).await?;
            self.page(Direction::Backward, Some(row)).await?;
        }
        Ok(())
    }

    /// While others write: what stood throughout is seen once, nothing is seen twice, all in the order of the list.
    pub(super) async fn among_writes(&mut self, direction: Direction, writes: &[Vec<Write>]) -> TestCaseResult {
        let mut stood: HashSet<Cursor> = self.rows().into_iter().collect();
        let mut seen: Vec<Cursor> = Vec::new();
        let mut cursor = None;
        let mut writes = writes.iter();
        loop {
            let page = self.page(direction, cursor).await?;
            cursor = page.onward(direction);
            seen.extend(page.travelled(direction));
            if cursor.is_none() {
                break;
            }
            for write in writes.next().into_iter().flatten() {
                self.write(write, cursor).await;
                stood.retain(|row| self.model.rows(L::SHOWS_DELETED).contains(row));
            }
        }

        let onwards = |pair: &[Cursor]| match direction {
            Direction::Forward => pair[0] > pair[1],
            Direction::Backward => pair[0] < pair[1],
        };
        prop_assert!(seen.windows(2).all(onwards), "seen twice or out of order: {:?}", seen);
        let seen: HashSet<Cursor> = seen.into_iter().collect();
        let skipped: Vec<&Cursor> = stood.difference(&seen).collect();
        prop_assert!(skipped.is_empty(), "skipped: {:?}", skipped);
        Ok(())
    }

    async fn write(&mut self, write: &Write, cursor: Option<Cursor>) {
        match write {
            Write::Insert(row) => {
                if !self.model.contains(*row) {
                    self.model.insert(*row);
                    self.list.insert(&[*row]).await;
                }
            }
            Write::Delete(index) => {
                let rows = self.rows();
                if !rows.is_empty() {
                    self.delete(*index.get(&rows)).await;
                }
            }
            Write::DeleteAtCursor => {
                if let Some(row) = cursor {
                    self.delete(row).await;
                }
            }
        }
    }

    async fn delete(&mut self, row: Cursor) {
        if self.model.delete(row) {
            self.list.delete(row).await;
        }
    }

    fn rows(&self) -> Vec<Cursor> {
        self.model.rows(L::SHOWS_DELETED)
    }

    /// One page, which must be the one that the model gives.
    async fn page(&self, direction: Direction, cursor: Option<Cursor>) -> Result<View, TestCaseError> {
        let request = request(self.size, direction, cursor);
        let page = self.list.page(&request).await;
        prop_assert_eq!(&page, &self.model.page(L::SHOWS_DELETED, &request), "{:?}", request);
        Ok(page)
    }

    /// All pages of a walk, in the order of travel.
    async fn pages(&self, direction: Direction) -> Result<Vec<View>, TestCaseError> {
        let (mut pages, mut cursor) = (Vec::new(), None);
        loop {
            let page = self.page(direction, cursor).await?;
            cursor = page.onward(direction);
            // A list without rows has one page, which is empty, and a walk through it sees no rows.
            if !page.rows.is_empty() {
                pages.push(page);
            }
            if cursor.is_none() {
                return Ok(pages);
            }
        }
    }
}

fn rows_of(pages: &[View]) -> Vec<&[Cursor]> {
    pages.iter().map(|page| &page.rows[..]).collect()
}
