//! All annexes of a meeting in one document.

use crate::compose::FigureTable;
use crate::compose::view::view;
use crate::compose::view::{DocumentView, IndicatorView, Shaped, Shared, document, indicator_view};
use crate::derive::Facts;
use crate::diag::Problem;
use crate::export;
use crate::german;
use crate::model::{Meeting, RankingEnd};

use super::brochure;
use super::kind::{About, Kind, MadeBy, always, value};
use super::meeting::{MeetingView, annexed, meeting_view, running};
use super::rankings::{RankingEntryView, entries};
use super::sheet::{SheetView, sheet};
use super::states::{OverviewView, overview};

/// The greatest length of a ranking that is not split across pages.
const SHORT: usize = 20;

/// All annexes of a meeting in one document.
pub static KIND: Kind = Kind {
    name: "anlagen",
    singular: "bundle",
    template: "bundle",
    about: About::Meeting,
    made_by: MadeBy::Bundle,
    one_page: false,
    title: "Anlagen",
    description: "",
    summary: "the annexes of a meeting in one document",
    exists: always,
    shape: BundleView::shape,
    view: |context, figures| {
        let meeting = context.meeting.ok_or_else(|| Problem::error("KB552", "a bundle without a meeting"))?;
        let annexes = annexed(meeting, context.of_scope.data)?;
        value(&bundle(&context.shared, context.of_all, meeting, &annexes, figures))
    },
    table: |context| export::kommunen(context.of_scope),
    table_title: brochure::KIND.table_title,
    table_file: None,
};

view! {
    /// What the template `bundle` sees.
    pub struct BundleView {
        /// The document.
        pub document: DocumentView,
        /// The meeting.
        pub meeting: MeetingView,
        /// Whether there is one annex alone.
        pub alone: bool,
        /// The fact sheets, each with its annex.
        pub annexes: Vec<SheetView>,
        /// Whether a page of its own stands before each.
        pub separators: bool,
        /// How the Kommunen rank among themselves, by indicator; empty when it was not asked for.
        pub rankings: Vec<RankingView>,
        /// Whether the table of their Länder was asked for.
        pub laender: bool,
        /// Their Länder side by side.
        pub overview: OverviewView,
    }
}

view! {
    /// A whole ranking.
    pub struct RankingView {
        /// The indicator.
        pub indicator: IndicatorView,
        /// The Kommunen that have a value, from the highest.
        pub entries: Vec<RankingEntryView>,
        /// Labels of those that have none.
        pub unknown: Vec<String>,
        /// Whether it fits half a page.
        pub short: bool,
    }
}

/// Returns the view of all annexes of a meeting. `annexes` are the Kommunen in the order of their numbers, `of_all` are
/// the facts that the fact sheets compare with; `shared` contains the facts about the Kommunen of the meeting alone.
pub fn bundle(
    shared: &Shared<'_>,
    of_all: &Facts<'_>,
    meeting: &Meeting,
    annexes: &[usize],
    figures: &mut FigureTable<'_>,
) -> BundleView {
    let facts = shared.facts;
    let title = format!("TOP {}: {}", meeting.top, meeting.title);
    let subject = format!("Anlagen zu TOP {}, {}, {}", meeting.top, meeting.body, german::weekday(meeting.date));
    let sheets = annexes.iter().zip(&meeting.annexes).enumerate().map(|(at, (k, annex))| {
        let shared = Shared {
            facts: of_all,
            tightness: annex.tightness,
            annex: Some((meeting, at + 1)),
            attachments: Vec::new(),
            ..*shared
        };
        sheet(&shared, *k, figures)
    });
    let sheets = sheets.collect();
    BundleView {
        document: DocumentView {
            running: running(meeting),
            cover: true,
            selection: false,
            ..document(shared, title, subject, &["Anlagen", "Steckbriefe"], figures)
        },
        meeting: meeting_view(meeting),
        alone: annexes.len() == 1,
        annexes: sheets,
        separators: meeting.separators,
        rankings: if meeting.ranking { rankings(facts, figures) } else { Vec::new() },
        laender: meeting.laender,
        overview: overview(facts, false, figures),
    }
}

/// Returns the ranking of each indicator that has a value for any of the Kommunen.
fn rankings(facts: &Facts<'_>, figures: &mut FigureTable<'_>) -> Vec<RankingView> {
    let known = |at: &usize| facts.indicators[*at].all.known > 0;
    let label = |k: &usize| facts.data.kommunen[*k].label.value.clone();
    (0..facts.data.indicators.len())
        .filter(known)
        .map(|at| RankingView {
            indicator: indicator_view(facts.data, &facts.data.indicators[at]),
            entries: entries(facts, at, RankingEnd::Highest, usize::MAX, figures),
            unknown: facts
                .scope
                .iter()
                .filter(|k| facts.data.kommunen[**k].values[at].value.is_none())
                .map(label)
                .collect(),
            short: facts.scope.len() <= SHORT,
        })
        .collect()
}
