//! Charts on an HTML canvas: a plotters backend over the 2-D context, in device pixels.
//!
//! Must not know what is drawn. plotters' own canvas backend is not used because it knows no
//! device-pixel ratio and measures text by inserting styled elements into the page, which is slow
//! and needs `style-src 'unsafe-inline'`.

use crate::chart::svg::{Anchor, Svg};
use crate::chart::{Chart, DrawError, FONT_UNIT, Frame, Rgb, View};
use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, DrawingBackend, IntoDrawingArea};
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingErrorKind, FontTransform,
};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// Draws `chart` on `canvas`, which is `css_width` by `css_height` CSS pixels; call it in an
/// animation frame. `view.scale` holds the device's pixel ratio, times whatever text is to be larger. The frame is in device
/// pixels: multiply a pointer's CSS position by [`pixel_ratio`] before looking it up.
///
/// # Errors
/// The canvas has no 2-D context, or refused a call.
pub fn draw(
    chart: Chart,
    view: &View,
    canvas: &HtmlCanvasElement,
    css_width: f32,
    css_height: f32,
) -> Result<Frame, DrawError> {
    chart.draw(view, &prepare(canvas, css_width, css_height)?)
}

/// A cleared area to draw on, in device pixels.
///
/// # Errors
/// The canvas has no 2-D context.
pub(super) fn prepare(
    canvas: &HtmlCanvasElement,
    css_width: f32,
    css_height: f32,
) -> Result<DrawingArea<CanvasBackend, Shift>, DrawError> {
    let scale = pixel_ratio();
    let size = (device_pixels(css_width, scale), device_pixels(css_height, scale));
    // Setting a size, even the same, clears and reallocates the canvas.
    if canvas.width() != size.0 {
        canvas.set_width(size.0);
    }
    if canvas.height() != size.1 {
        canvas.set_height(size.1);
    }
    let context = canvas
        .get_context("2d")
        .ok()
        .flatten()
        .and_then(|context| context.dyn_into::<CanvasRenderingContext2d>().ok())
        .ok_or_else(|| DrawError("this browser gives the canvas no 2-D context".to_owned()))?;
    context.clear_rect(0.0, 0.0, f64::from(size.0), f64::from(size.1));
    context.set_line_join("round");
    Ok(CanvasBackend::new(context, size, None).into_drawing_area())
}

/// `chart` as SVG text of `size` CSS pixels, `view.scale` being 1; `None` where the browser has no canvas
/// to measure text on.
pub fn svg(chart: Chart, view: &View, size: (u32, u32)) -> Option<String> {
    let canvas = web_sys::window()?.document()?.create_element("canvas").ok()?;
    let context = super::dom::context(&canvas.dyn_into().ok()?)?;
    let sheet = Rc::new(RefCell::new(Svg::default()));
    let backend = CanvasBackend::new(context, size, Some(sheet.clone()));
    chart.draw(view, &backend.into_drawing_area()).ok()?;
    let drawn = sheet.take();
    Some(drawn.finish(size, chart.row().title(), view.theme.background()))
}

/// Device pixels per CSS pixel, 0.5 to 4; 1 where it is unknown.
pub fn pixel_ratio() -> f32 {
    let ratio = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio()) as f32;
    if ratio.is_finite() { ratio.clamp(0.5, 4.0) } else { 1.0 }
}

/// Side of a canvas, at least 1 so that a hidden one does not fail.
fn device_pixels(css: f32, scale: f32) -> u32 {
    (css * scale).round().clamp(1.0, 16_384.0) as u32
}

/// A context and what was last set on it: setters cross into JavaScript and parse CSS.
pub(super) struct CanvasBackend {
    context: CanvasRenderingContext2d,
    size: (u32, u32),
    stroke: Option<(Ink, u32)>,
    fill: Option<Ink>,
    font: RefCell<String>,
    /// Takes all shapes instead of the context, which then only measures text.
    sheet: Option<Rc<RefCell<Svg>>>,
}

/// A colour with alpha in thousandths, comparable.
type Ink = (u8, u8, u8, u16);

/// The browser refused a drawing call.
#[derive(Debug)]
pub(super) struct CanvasError(String);

impl std::fmt::Display for CanvasError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "canvas: {}", self.0)
    }
}

impl std::error::Error for CanvasError {}

type Drawn = Result<(), DrawingErrorKind<CanvasError>>;

thread_local! {
    /// Widths by font and text. Labels repeat from frame to frame; measuring lays text out.
    static WIDTHS: RefCell<HashMap<(u32, String), f64>> = RefCell::default();
}

/// Cached widths before the cache starts over: percentages in labels keep changing.
const WIDTHS_MAX: usize = 2000;

impl CanvasBackend {
    fn new(context: CanvasRenderingContext2d, size: (u32, u32), sheet: Option<Rc<RefCell<Svg>>>) -> Self {
        Self { context, size, stroke: None, fill: None, font: RefCell::default(), sheet }
    }

    /// Draws on the sheet, if there is one.
    fn on_sheet(&self, draw: impl FnOnce(&mut Svg)) -> bool {
        self.sheet.as_ref().map(|sheet| draw(&mut sheet.borrow_mut())).is_some()
    }

    fn set_stroke(&mut self, style: &impl BackendStyle) {
        let wanted = (ink(style.color()), style.stroke_width());
        if self.stroke != Some(wanted) {
            self.context.set_stroke_style_str(&css(wanted.0));
            self.context.set_line_width(f64::from(wanted.1));
            self.stroke = Some(wanted);
        }
    }

    fn set_fill(&mut self, color: BackendColor) {
        let wanted = ink(color);
        if self.fill != Some(wanted) {
            self.context.set_fill_style_str(&css(wanted));
            self.fill = Some(wanted);
        }
    }

    fn set_font(&self, style: &impl BackendTextStyle) {
        let font = format!("{:.2}px {}", style.size() / FONT_UNIT, FONT_FAMILY);
        if *self.font.borrow() != font {
            self.context.set_font(&font);
            self.font.replace(font);
        }
    }

    fn trace(&self, points: impl IntoIterator<Item = BackendCoord>, offset: f64) {
        self.context.begin_path();
        for (x, y) in points {
            // The first line_to of a path only moves there.
            self.context.line_to(f64::from(x) + offset, f64::from(y) + offset);
        }
    }
}

/// What the page itself uses, so that charts do not look foreign.
const FONT_FAMILY: &str = "system-ui, sans-serif";

impl DrawingBackend for CanvasBackend {
    type ErrorType = CanvasError;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Drawn {
        self.draw_rect((x, y), (x + 1, y + 1), &color, true)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (x0, y0): BackendCoord,
        (x1, y1): BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        if !fill {
            return self.draw_path([(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)], style);
        }
        let wanted = pigment(style.color());
        if style.color().alpha > 0.0
            && !self.on_sheet(|sheet| sheet.rect((x0, y0), (x1 - x0, y1 - y0), wanted))
        {
            self.set_fill(style.color());
            let size = (f64::from(x1 - x0), f64::from(y1 - y0));
            self.context.fill_rect(f64::from(x0), f64::from(y0), size.0, size.1);
        }
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        if let Some(sheet) = &self.sheet {
            sheet.borrow_mut().path(path, pigment(style.color()), style.stroke_width());
        } else if style.color().alpha > 0.0 {
            self.set_stroke(style);
            // A line of odd width is sharp when its middle lies on the middle of a pixel.
            self.trace(path, if style.stroke_width() % 2 == 1 { 0.5 } else { 0.0 });
            self.context.stroke();
        }
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        (x, y): BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let line = (!fill).then(|| style.stroke_width());
        let wanted = pigment(style.color());
        if style.color().alpha == 0.0 || self.on_sheet(|sheet| sheet.circle((x, y), radius, wanted, line)) {
            return Ok(());
        }
        self.context.begin_path();
        self.context
            .arc(f64::from(x), f64::from(y), f64::from(radius), 0.0, std::f64::consts::TAU)
            .map_err(refused)?;
        if fill {
            self.set_fill(style.color());
            self.context.fill();
        } else {
            self.set_stroke(style);
            self.context.stroke();
        }
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        if let Some(sheet) = &self.sheet {
            sheet.borrow_mut().polygon(path, pigment(style.color()));
        } else if style.color().alpha > 0.0 {
            self.set_fill(style.color());
            self.trace(path, 0.0);
            self.context.fill();
        }
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, (x, y): BackendCoord) -> Drawn {
        if style.color().alpha == 0.0 {
            return Ok(());
        }
        let (align, along) = match style.anchor().h_pos {
            HPos::Left => ("left", "start"),
            HPos::Center => ("center", "middle"),
            HPos::Right => ("right", "end"),
        };
        let (baseline, across) = match style.anchor().v_pos {
            VPos::Top => ("top", "hanging"),
            VPos::Center => ("middle", "central"),
            VPos::Bottom => ("bottom", "auto"),
        };
        let quarters = match style.transform() {
            FontTransform::None => 0,
            FontTransform::Rotate90 => 1,
            FontTransform::Rotate180 => 2,
            FontTransform::Rotate270 => 3,
        };
        let (anchor, wanted) = (Anchor { along, across }, pigment(style.color()));
        let size = (style.size() / FONT_UNIT).round() as u32;
        if self.on_sheet(|sheet| sheet.text(text, (x, y), size, anchor, quarters, wanted)) {
            return Ok(());
        }
        self.set_font(style);
        self.set_fill(style.color());
        self.context.set_text_align(align);
        self.context.set_text_baseline(baseline);
        if quarters == 0 {
            return self.context.fill_text(text, f64::from(x), f64::from(y)).map_err(refused);
        }
        let turn = f64::from(quarters) / 4.0;
        self.context.translate(f64::from(x), f64::from(y)).map_err(refused)?;
        self.context.rotate(turn * std::f64::consts::TAU).map_err(refused)?;
        self.context.fill_text(text, 0.0, 0.0).map_err(refused)?;
        self.context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0).map_err(refused)
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<CanvasError>> {
        let height = style.size() / FONT_UNIT;
        // Sizes differ only with the pixel ratio: hundredths of a pixel tell them apart.
        let key = ((height * 100.0) as u32, text.to_owned());
        let known = WIDTHS.with_borrow(|widths| widths.get(&key).copied());
        let width = match known {
            Some(width) => width,
            None => {
                self.set_font(style);
                let width = self.context.measure_text(text).map_err(refused)?.width();
                WIDTHS.with_borrow_mut(|widths| {
                    if widths.len() >= WIDTHS_MAX {
                        widths.clear();
                    }
                    widths.insert(key, width);
                });
                width
            }
        };
        Ok((width.ceil() as u32, height.ceil() as u32))
    }
}

fn ink(color: BackendColor) -> Ink {
    (color.rgb.0, color.rgb.1, color.rgb.2, (color.alpha * 1000.0).round() as u16)
}

/// The same for a drawing.
fn pigment(color: BackendColor) -> crate::chart::svg::Ink {
    let (r, g, b, alpha) = ink(color);
    (Rgb(r, g, b), alpha)
}

fn css((r, g, b, alpha): Ink) -> String {
    format!("rgba({r},{g},{b},{})", f64::from(alpha) / 1000.0)
}

fn refused(error: JsValue) -> DrawingErrorKind<CanvasError> {
    DrawingErrorKind::DrawingError(CanvasError(format!("{error:?}")))
}
