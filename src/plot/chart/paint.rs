//! Scenes to SVG and PNG: the only place that talks to `plotters` backends.

use plotters::backend::{BitMapBackend, DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontTransform, IntoTextStyle, RGBAColor, RGBColor, ShapeStyle};

use super::compact::compact;
use super::scene::{Anchor, At, Scene, Shape};
use crate::plot::font::{LINE_HEIGHT_EM, register_fonts};

/// Painted pixels per page pixel in SVG; its view box scales them back.
const SVG_SCALE: f64 = 4.0;
/// Pixels of a PNG per page pixel.
const PNG_SCALE: u32 = 2;
/// Painted pixels per pixel of a PNG, in each direction; their mean is the pixel.
const SAMPLES: u32 = 2;

/// Why a scene could not be painted.
#[derive(Debug, thiserror::Error)]
#[error("the figure cannot be painted: {0}")]
pub struct PaintError(String);

/// How a backend differs from page pixels.
struct Target {
    scale: f64,
    /// Nominal font size that gives one em.
    font_per_em: f64,
    /// From the top that the backend aligns text to down to the base line, in em.
    top_to_base_em: f64,
}

/// Paints `scene` as an SVG document.
pub(in crate::plot) fn to_svg(scene: &Scene) -> Result<String, PaintError> {
    // The backend writes nominal sizes divided by 1.24, and hangs text 0.76 em below its point.
    let target = Target {
        scale: SVG_SCALE,
        font_per_em: 1.24,
        top_to_base_em: 0.76,
    };
    let size = painted_size(scene, SVG_SCALE);
    let mut body = String::new();
    {
        let mut backend = SVGBackend::with_string(&mut body, size);
        paint(scene, &mut backend, &target)?;
    }
    let (_, shapes) = body
        .split_once('\n')
        .ok_or_else(|| PaintError("the SVG has no root element".to_owned()))?;
    let (width, height) = (scene.size.0.round(), scene.size.1.round());
    let title = escape(&scene.title);
    let shapes = compact(shapes);
    let (painted_width, painted_height) = size;
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {painted_width} {painted_height}\" role=\"img\" \
         stroke-linejoin=\"round\">\n<title>{title}</title>\n{shapes}"
    ))
}

fn escape(text: &str) -> String {
    let text = text.replace('&', "&amp;");
    text.replace('<', "&lt;").replace('>', "&gt;")
}

/// Paints `scene` as a PNG file.
pub(in crate::plot) fn to_png(scene: &Scene) -> Result<Vec<u8>, PaintError> {
    let scale = f64::from(PNG_SCALE * SAMPLES);
    // The backend scales the font by its line height, and puts the base line half of the nominal
    // size below its point.
    let target = Target {
        scale,
        font_per_em: LINE_HEIGHT_EM,
        top_to_base_em: LINE_HEIGHT_EM / 2.0,
    };
    let (width, height) = painted_size(scene, scale);
    let mut pixels = vec![255_u8; width as usize * height as usize * 3];
    {
        let mut backend = BitMapBackend::with_buffer(&mut pixels, (width, height));
        paint(scene, &mut backend, &target)?;
    }
    let size = (width / SAMPLES, height / SAMPLES);
    encode(&average(&pixels, width as usize, size), size)
}

/// Means of [`SAMPLES`]² painted pixels.
fn average(painted: &[u8], painted_width: usize, size: (u32, u32)) -> Vec<u8> {
    let samples = SAMPLES as usize;
    let (width, height) = (size.0 as usize, size.1 as usize);
    let mut pixels = Vec::with_capacity(width * height * 3);
    for y in 0..height {
        for x in 0..width {
            for channel in 0..3 {
                let mut sum = 0;
                for dy in 0..samples {
                    for dx in 0..samples {
                        let pixel = (y * samples + dy) * painted_width + x * samples + dx;
                        sum += u32::from(painted[pixel * 3 + channel]);
                    }
                }
                let count = SAMPLES * SAMPLES;
                pixels.push(((sum + count / 2) / count) as u8);
            }
        }
    }
    pixels
}

fn encode(pixels: &[u8], (width, height): (u32, u32)) -> Result<Vec<u8>, PaintError> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let failed = |e: png::EncodingError| PaintError(e.to_string());
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(pixels).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(file)
}

fn painted_size(scene: &Scene, scale: f64) -> (u32, u32) {
    let painted = |length: f64| (length.round() * scale) as u32;
    (painted(scene.size.0), painted(scene.size.1))
}

fn paint<B: DrawingBackend>(
    scene: &Scene,
    backend: &mut B,
    target: &Target,
) -> Result<(), PaintError> {
    register_fonts();
    let (width, height) = backend.get_size();
    let page = [
        (0, 0),
        (width as i32, 0),
        (width as i32, height as i32),
        (0, height as i32),
    ];
    let white = filled(RGBColor(255, 255, 255), 1.0);
    let failed = |e| PaintError(format!("{e}"));
    backend.fill_polygon(page, &white).map_err(failed)?;
    for shape in &scene.shapes {
        paint_shape(shape, backend, target).map_err(PaintError)?;
    }
    backend.present().map_err(failed)
}

fn paint_shape<B: DrawingBackend>(
    shape: &Shape,
    backend: &mut B,
    target: &Target,
) -> Result<(), String> {
    let length = |px: f64| (px * target.scale).round().max(1.0) as u32;
    match shape {
        Shape::Path {
            points,
            color,
            width,
        } => {
            let points = points.iter().map(|at| target.place(*at));
            let style = ShapeStyle {
                color: color.to_rgba(),
                filled: false,
                stroke_width: length(*width),
            };
            backend.draw_path(points, &style).map_err(|e| e.to_string())
        }
        Shape::Area {
            points,
            color,
            opacity,
        } => {
            let points = points.iter().map(|at| target.place(*at));
            let style = filled(*color, *opacity);
            backend
                .fill_polygon(points, &style)
                .map_err(|e| e.to_string())
        }
        Shape::Circle {
            at,
            radius,
            color,
            outline,
        } => {
            let style = ShapeStyle {
                color: color.to_rgba(),
                filled: outline.is_none(),
                stroke_width: outline.map_or(1, length),
            };
            let (at, radius) = (target.place(*at), length(*radius));
            let drawn = backend.draw_circle(at, radius, &style, outline.is_none());
            drawn.map_err(|e| e.to_string())
        }
        Shape::Text {
            at,
            text,
            size,
            anchor,
            color,
            upwards,
        } => target.text(backend, *at, text, *size, *anchor, *color, *upwards),
    }
}

impl Target {
    fn place(&self, (x, y): At) -> (i32, i32) {
        (
            (x * self.scale).round() as i32,
            (y * self.scale).round() as i32,
        )
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the fields of a text, taken apart"
    )]
    fn text<B: DrawingBackend>(
        &self,
        backend: &mut B,
        (x, y): At,
        text: &str,
        size: f64,
        anchor: Anchor,
        color: RGBColor,
        upwards: bool,
    ) -> Result<(), String> {
        let rise = self.top_to_base_em * size;
        let at = if upwards {
            (x - rise, y)
        } else {
            (x, y - rise)
        };
        let horizontal = match anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let font = ("sans-serif", size * self.scale * self.font_per_em);
        let mut style = font
            .into_text_style(&(1, 1))
            .color(&color)
            .pos(Pos::new(horizontal, VPos::Top));
        if upwards {
            style.font = style.font.transform(FontTransform::Rotate270);
        }
        let drawn = backend.draw_text(text, &style, self.place(at));
        drawn.map_err(|e| e.to_string())
    }
}

fn filled(color: RGBColor, opacity: f64) -> ShapeStyle {
    let RGBColor(r, g, b) = color;
    ShapeStyle {
        color: RGBAColor(r, g, b, opacity),
        filled: true,
        stroke_width: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_are_means() {
        let painted = [0, 0, 0, 255, 255, 255, 0, 0, 0, 255, 255, 255];
        assert_eq!(average(&painted, 2, (1, 1)), [128, 128, 128]);
    }

    #[test]
    fn a_bitmap_is_twice_as_large_as_its_page_and_the_same_every_time() {
        let mut scene = Scene::new("", 60.0);
        scene.size.1 = 20.0;
        let ink = RGBColor(0, 0, 0);
        scene.text((30.0, 15.0), "p99", 14.0, Anchor::Middle, ink);
        scene.path(vec![(0.0, 0.0), (60.0, 20.0)], ink, 2.0);
        let file = to_png(&scene).unwrap();
        assert_eq!(file, to_png(&scene).unwrap());
        let decoder = png::Decoder::new(std::io::Cursor::new(&file));
        let mut reader = decoder.read_info().unwrap();
        assert_eq!((reader.info().width, reader.info().height), (120, 40));
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        assert!(pixels.contains(&0) && pixels.contains(&255));
    }

    #[test]
    fn titles_are_escaped() {
        let mut scene = Scene::new("a < b & c", 10.0);
        scene.size.1 = 10.0;
        let svg = to_svg(&scene).unwrap();
        let document = roxmltree::Document::parse(&svg).unwrap();
        let title = document.descendants().find(|n| n.has_tag_name("title"));
        assert_eq!(title.unwrap().text(), Some("a < b & c"));
    }
}
