//! The annexes of a meeting in one document.

use crate::compose::figures::{Figures, Handle};
use crate::derive::Facts;
use crate::german;
use crate::model::{Meeting, RankingEnd};

use super::laender::{OverviewView, overview};
use super::rankings::{EntryView, entries};
use super::{DocumentView, IndicatorView, Shared, SheetView, document, indicator_view, sheet};

/// The longest ranking that is not split across pages.
const SHORT: usize = 20;

view! {
    /// A meeting.
    pub struct MeetingView {
        /// Who meets.
        pub body: String,
        /// The day with its weekday: `Montag, 11. Dezember 2017`.
        pub day: String,
        /// The day without: `11. Dezember 2017`.
        pub date: String,
        /// When it begins: `17:00 Uhr`; empty when it is not said.
        pub time: String,
        /// Where; empty when it is not said.
        pub place: String,
        /// Number of the agenda item.
        pub top: String,
        /// What it is about.
        pub title: String,
    }
}

view! {
    /// A fact sheet as an annex.
    pub struct AnnexView {
        /// Its number.
        pub number: Handle,
        /// Name of its place in a document of all annexes, for links.
        pub anchor: String,
        /// The meeting.
        pub meeting: MeetingView,
    }
}

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
        pub entries: Vec<EntryView>,
        /// Labels of those that have none.
        pub unknown: Vec<String>,
        /// Whether it fits half a page.
        pub short: bool,
    }
}

/// The view of a meeting.
pub fn meeting_view(meeting: &Meeting) -> MeetingView {
    MeetingView {
        body: meeting.body.clone(),
        day: german::weekday(meeting.date),
        date: german::day(meeting.date),
        time: meeting.time.map_or_else(String::new, |time| format!("{}\u{a0}Uhr", time.format("%-H:%M"))),
        place: meeting.place.clone(),
        top: meeting.top.clone(),
        title: meeting.title.clone(),
    }
}

/// What stands at the head of the pages for a meeting.
pub fn running(meeting: &Meeting) -> String {
    format!("Sitzung am {}", german::day(meeting.date))
}

/// The annex of a number.
pub fn annex_view(meeting: &Meeting, number: usize, figures: &mut Figures<'_>) -> AnnexView {
    AnnexView {
        number: figures.count(number, "number of the annex"),
        anchor: format!("anlage-{number}"),
        meeting: meeting_view(meeting),
    }
}

/// The view of all annexes of a meeting. `annexes` are the Kommunen in the order of their numbers, `of_all` the facts
/// the fact sheets compare with; `shared` has those about the Kommunen of the meeting alone.
pub fn bundle(
    shared: &Shared<'_>,
    of_all: &Facts<'_>,
    meeting: &Meeting,
    annexes: &[usize],
    figures: &mut Figures<'_>,
) -> BundleView {
    let facts = shared.facts;
    let title = format!("TOP {}: {}", meeting.top, meeting.title);
    let subject = format!("Anlagen zu TOP {}, {}, {}", meeting.top, meeting.body, german::weekday(meeting.date));
    let sheets = annexes.iter().zip(&meeting.annexes).enumerate().map(|(at, (k, annex))| {
        let shared = Shared {
            facts: of_all,
            density: annex.tightness,
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

/// The ranking of each indicator that any of the Kommunen has a value of.
fn rankings(facts: &Facts<'_>, figures: &mut Figures<'_>) -> Vec<RankingView> {
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
