//! The views of a meeting in its documents: the annexes, and the document of all annexes.

use crate::compose::view::view;
use crate::compose::{FigureHandle, FigureTable};
use crate::diag::Result;
use crate::german;
use crate::model::{Data, Meeting};
use crate::select;

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
        pub number: FigureHandle,
        /// Name of its place in a document of all annexes, for links.
        pub anchor: String,
        /// The meeting.
        pub meeting: MeetingView,
    }
}

/// Returns the view of a meeting.
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

/// Returns the running head of the pages for a meeting.
pub fn running(meeting: &Meeting) -> String {
    format!("Sitzung am {}", german::day(meeting.date))
}

/// Returns the view of the annex with this number.
pub fn annex_view(meeting: &Meeting, number: usize, figures: &mut FigureTable<'_>) -> AnnexView {
    AnnexView {
        number: figures.count(number, "number of the annex"),
        anchor: format!("anlage-{number}"),
        meeting: meeting_view(meeting),
    }
}

/// Returns the Kommunen (positions) of a meeting's annexes, in the order of their numbers.
///
/// # Errors
/// A Kommune that is not in the data.
pub fn annexed(meeting: &Meeting, data: &Data) -> Result<Vec<usize>> {
    meeting.annexes.iter().map(|annex| select::kommune(&annex.ags, data)).collect()
}
