//! The run as a picture to scale: where each check, each request and each part of it lies in time. Numbers only; the
//! template draws.

mod groups;

use crate::base::text::counted;
use crate::report::text::duration;
use crate::report::{Report, Request};
use groups::{Group, groups, window};

/// Width of the picture, and where time begins in it; in the picture's own units.
const WIDTH: f64 = 1000.0;
const LEFT: f64 = 250.0;
/// What is left free behind the last moment, for the times beside the bars.
const RIGHT: f64 = 100.0;
/// Where the first row begins, below the scale, and how high a row is.
const TOP: f64 = 22.0;
const ROW: f64 = 20.0;
/// The narrowest bar that can be seen.
const NARROWEST: f64 = 1.5;
/// Longest label, in characters: that of a later attempt without an answer.
const LONGEST_LABEL: usize = 36;
/// The most lines of the scale.
const MOST_TICKS: f64 = 8.0;

/// The picture.
pub struct Waterfall {
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// What it shows, and how long that took.
    pub caption: String,
    /// The scale.
    pub ticks: Vec<Tick>,
    /// From top to bottom.
    pub rows: Vec<Row>,
}

/// A line of the scale.
pub struct Tick {
    /// Where it stands.
    pub x: String,
    /// Its time.
    pub label: String,
    /// How the label stands to it.
    pub anchor: &'static str,
}

/// A check or a request.
pub struct Row {
    /// Its name.
    pub label: String,
    /// How the name is set.
    pub class: &'static str,
    /// Where the name begins.
    pub indent: f64,
    /// Where texts stand.
    pub baseline: String,
    /// The middle of its bars.
    pub middle: String,
    /// Its parts.
    pub bars: Vec<Bar>,
    /// The pauses before it.
    pub pauses: Vec<Pause>,
    /// The text beside the bars.
    pub note: String,
    /// Where.
    pub note_x: String,
    /// And on which side of that.
    pub note_anchor: &'static str,
}

/// A part of a row.
pub struct Bar {
    /// What it is.
    pub class: &'static str,
    /// Its left end.
    pub x: String,
    /// Its upper end.
    pub y: String,
    /// Its width.
    pub width: String,
    /// Its height.
    pub height: f64,
    /// What it is, in words.
    pub title: String,
}

/// A time in which nothing was sent.
pub struct Pause {
    /// Where it begins.
    pub from: String,
    /// Where it ends.
    pub to: String,
}

impl Waterfall {
    /// The picture of a report.
    pub fn of(report: &Report) -> Self {
        let groups = groups(report);
        let (from, until) = window(report, &groups);
        let scale = Scale { from, total: (until - from).max(0.001) };
        let mut rows = Vec::new();
        for group in &groups {
            let y = TOP + ROW * count(rows.len());
            rows.push(scale.group(group, y));
            let mut before: Option<(&Request, f64)> = None;
            for (at, request) in &group.requests {
                let y = TOP + ROW * count(rows.len());
                rows.push(scale.request(request, *at, before, y));
                before = Some((request, at + request.duration_ms));
            }
        }
        let height = TOP + ROW * count(rows.len()) + 4.0;
        Self { width: WIDTH, height, caption: caption(report, &scale), ticks: scale.ticks(), rows }
    }
}

/// What the picture shows: the whole run, or of several rounds the one whose checks the report has.
fn caption(report: &Report, scale: &Scale) -> String {
    let time = duration(scale.total);
    match &report.measurements {
        Some(measured) => format!(
            "To scale, {time} in all: one of {}, which began {} into the run",
            counted(measured.rounds as usize, "round"),
            duration(scale.from)
        ),
        None => format!("To scale, {time} in all"),
    }
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::MAX, f64::from)
}

/// The powers of ten from which the distance of ticks is chosen: from a microsecond to more than a day.
const POWERS: usize = 12;

/// From milliseconds to places in the picture.
struct Scale {
    /// When the picture begins, counted from the beginning of the run.
    from: f64,
    total: f64,
}

impl Scale {
    fn x(&self, milliseconds: f64) -> f64 {
        LEFT + (WIDTH - LEFT - RIGHT) * ((milliseconds - self.from) / self.total).clamp(0.0, 1.0)
    }

    fn ticks(&self) -> Vec<Tick> {
        let rough = self.total / MOST_TICKS;
        let powers = std::iter::successors(Some(0.001), |power| Some(power * 10.0)).take(POWERS);
        let mut steps = powers.flat_map(|power| [1.0, 2.0, 5.0].map(|factor| factor * power));
        let step = steps.find(|step| *step >= rough).unwrap_or(self.total);
        let times = (0..=16_u32).map(|index| f64::from(index) * step).take_while(|time| *time <= self.total);
        let tick = |time: f64| Tick {
            x: place(self.x(self.from + time)),
            label: if time == 0.0 { "0".to_owned() } else { duration(time) },
            anchor: if time == 0.0 { "start" } else { "middle" },
        };
        times.map(tick).collect()
    }

    fn bar(&self, class: &'static str, (at, time): (f64, f64), (y, height): (f64, f64), what: &str) -> Bar {
        let (from, to) = (self.x(at), self.x(at + time));
        Bar {
            class,
            x: place(from),
            y: place(y + (ROW - height) / 2.0),
            width: place((to - from).max(NARROWEST)),
            height,
            title: format!("{what}: {}, from {} on", duration(time), duration(at)),
        }
    }

    fn group(&self, group: &Group<'_>, y: f64) -> Row {
        let span = || self.bar("span", (group.at, group.time), (y, ROW - 4.0), group.name);
        let bars = if group.runs { vec![span()] } else { Vec::new() };
        self.row((group.name.to_owned(), "name", 0.0), y, bars, (group.at + group.time, group.note.clone()))
    }

    fn request(&self, request: &Request, at: f64, before: Option<(&Request, f64)>, y: f64) -> Row {
        let attempt =
            if request.attempt > 1 { format!(", attempt {}", request.attempt) } else { String::new() };
        let answer = request.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        let label = format!("{}{attempt}: {answer}", request.operation);
        let bars = self.parts(request, at, y);
        let end = (at + request.duration_ms, duration(request.duration_ms));
        let mut row = self.row((label, "label", 14.0), y, bars, end);
        if let Some((earlier, until)) = before.filter(|_| request.attempt > 1)
            && earlier.operation == request.operation
        {
            row.pauses.push(Pause { from: place(self.x(until)), to: place(self.x(at)) });
        }
        row
    }

    /// Opening the connection layer by layer, waiting, reading; without a response, waiting in vain.
    fn parts(&self, request: &Request, mut at: f64, y: f64) -> Vec<Bar> {
        let end = at + request.duration_ms;
        let mut bars = Vec::new();
        for (name, time) in request.opening.iter().flat_map(|opening| opening.layers().collect::<Vec<_>>()) {
            bars.push(self.bar("opening", (at, time), (y, 10.0), name));
            at += time;
        }
        let rest = (end - at).max(0.0);
        match (request.first_byte_ms, request.status) {
            (Some(waiting), _) => {
                bars.push(self.bar("waiting", (at, waiting.min(rest)), (y, 10.0), "waiting"));
                bars.push(self.bar(
                    "reading",
                    (at + waiting.min(rest), (rest - waiting).max(0.0)),
                    (y, 6.0),
                    "reading",
                ));
            }
            (None, Some(_)) => bars.push(self.bar("whole", (at, rest), (y, 10.0), "request and answer")),
            (None, None) => bars.push(self.bar("lost", (at, rest), (y, 10.0), "without a response")),
        }
        bars
    }

    fn row(
        &self,
        (label, class, indent): (String, &'static str, f64),
        y: f64,
        bars: Vec<Bar>,
        (end, note): (f64, String),
    ) -> Row {
        Row {
            label: label.chars().take(LONGEST_LABEL).collect(),
            class,
            indent,
            baseline: place(y + ROW / 2.0 + 4.0),
            middle: place(y + ROW / 2.0),
            bars,
            pauses: Vec::new(),
            note,
            note_x: place(self.x(end) + 5.0),
            note_anchor: "start",
        }
    }
}

/// A place, to a tenth of a unit.
fn place(number: f64) -> String {
    format!("{number:.1}")
}
