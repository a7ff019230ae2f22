//! The one font: measures text for every layout, draws it in bitmaps.
//!
//! SVG files hold real text in the viewer's own `sans-serif`; its widths differ a little from the
//! bundled font's, so layouts leave some air around text.

use std::sync::Once;

use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};

/// DejaVu Sans, cut down; see `font/README.md` for how, `font/LICENSE.txt` for its licence.
static DEJAVU_SANS: &[u8] = include_bytes!("font/dejavu-sans-subset.ttf");

/// Line height of the bundled font in em: ascender minus descender, 0.928 + 0.236. `plotters`
/// scales bitmap fonts by this height, not by the em.
pub(super) const LINE_HEIGHT_EM: f64 = 1.164;

/// Registers the bundled font as `sans-serif` with `plotters`, for every drawing of the process.
///
/// Any program that draws with `plotters` and this crate's features must call it first, because
/// without a system font library the first text would fail: `criterion` shares the feature, so
/// every benchmark calls it too. Further calls do nothing.
pub fn register_fonts() {
    static REGISTERED: Once = Once::new();
    REGISTERED.call_once(|| {
        let registered = register_font("sans-serif", FontStyle::Normal, DEJAVU_SANS);
        assert!(
            registered.is_ok(),
            "the bundled font is a valid TrueType font"
        );
    });
}

/// Width of `text` at a font size of `size` \[px\].
pub(super) fn text_width(text: &str, size: f64) -> f64 {
    register_fonts();
    // Measured large, because plotters rounds widths to whole pixels.
    const MAGNIFICATION: f64 = 16.0;
    let height = size * LINE_HEIGHT_EM * MAGNIFICATION;
    let font = FontDesc::new(FontFamily::SansSerif, height, FontStyle::Normal);
    let (width, _) = font
        .box_size(text)
        .expect("the font is registered, so every text can be measured");
    f64::from(width) / MAGNIFICATION
}

/// Breaks `text` at spaces into lines no wider than `width` \[px\]; a longer word stands alone.
pub(super) fn wrap(text: &str, size: f64, width: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let longer = lines.last().map(|line| format!("{line} {word}"));
        match longer.filter(|line| text_width(line, size) <= width) {
            Some(line) => *lines.last_mut().expect("a line was made longer") = line,
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapped_lines_fit_and_lose_no_word() {
        let text = "Do bulk senders beside five small services raise their p99?";
        let lines = wrap(text, 20.0, 300.0);
        assert!(lines.len() > 1);
        assert!(lines.iter().all(|line| text_width(line, 20.0) <= 300.0));
        assert_eq!(lines.join(" "), text);
        assert!(wrap("", 20.0, 300.0).is_empty());
    }

    #[test]
    fn every_character_that_plots_use_is_in_the_font() {
        let missing = text_width("\u{10FFFF}", 100.0);
        for character in "µ×·–−⁰¹²³⁴⁵⁶⁷⁸⁹⁻≥≤ρ→".chars() {
            let width = text_width(&character.to_string(), 100.0);
            assert!(width > 0.0 && width != missing, "{character}");
        }
    }
}
