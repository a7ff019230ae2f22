//! Smaller SVG: figures are committed beside their results, and every dash is a stroke of its own.

/// Joins strokes of one look that follow each other into one path, and leaves out what is the
/// default anyway. `shapes` has an element per line, as the backend writes them.
pub(super) fn compact(shapes: &str) -> String {
    let mut compact = String::with_capacity(shapes.len() / 2);
    let mut open: Option<&str> = None;
    for line in shapes.lines() {
        let stroke = as_stroke(line);
        let look = stroke.map(|(look, _)| look);
        if open.is_some() && open != look {
            compact.push_str("\"/>\n");
        }
        match stroke {
            Some((look, points)) => {
                if open != Some(look) {
                    compact.push_str("<path ");
                    compact.push_str(look);
                    compact.push_str("d=\"");
                }
                compact.push('M');
                // Further pairs after a move are lines.
                compact.push_str(points.trim_end());
            }
            None => {
                compact.push_str(line);
                compact.push('\n');
            }
        }
        open = look;
    }
    if open.is_some() {
        compact.push_str("\"/>\n");
    }
    compact.replace(" opacity=\"1\"", "")
}

/// The look and the points of an opaque polyline. Translucent ones would darken where they
/// overlap, so they stay apart.
fn as_stroke(line: &str) -> Option<(&str, &str)> {
    let attributes = line.strip_prefix("<polyline ")?.strip_suffix("\"/>")?;
    let (look, points) = attributes.split_once("points=\"")?;
    look.contains("opacity=\"1\"").then_some((look, points))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strokes_of_one_look_become_one_path() {
        let line = |color, points| {
            format!(
                "<polyline fill=\"none\" opacity=\"1\" stroke=\"{color}\" points=\"{points} \"/>\n"
            )
        };
        let shapes = line("red", "1,2 3,4") + &line("red", "5,6 7,8") + &line("blue", "9,9 8,8");
        assert_eq!(
            compact(&format!("{shapes}<circle/>\n")),
            "<path fill=\"none\" stroke=\"red\" d=\"M1,2 3,4M5,6 7,8\"/>\n\
             <path fill=\"none\" stroke=\"blue\" d=\"M9,9 8,8\"/>\n<circle/>\n"
        );
    }
}
