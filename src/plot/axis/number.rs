//! Numbers as a reader expects them on an axis.

/// `value` with at most `decimals` decimals, trailing zeros cut, thousands set off from 10,000.
pub(crate) fn format_number(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction = fraction.trim_end_matches('0');
    let mut number = group_thousands(whole);
    if !fraction.is_empty() {
        number = format!("{number}.{fraction}");
    }
    let negative = value < 0.0 && number != "0";
    if negative {
        format!("−{number}")
    } else {
        number
    }
}

/// `value` with `digits` significant digits; a power of ten below a thousandth as such.
pub(crate) fn format_significant(value: f64, digits: i32) -> String {
    if value == 0.0 || !value.is_finite() {
        return "0".to_owned();
    }
    let exponent = value.abs().log10().floor() as i32;
    if exponent < -3 {
        let mantissa = value / 10f64.powi(exponent);
        let power = format!("10{}", superscript(exponent));
        return match format_significant(mantissa, digits).as_str() {
            "1" => power,
            mantissa => format!("{mantissa}×{power}"),
        };
    }
    let decimals = (digits - 1 - exponent).max(0);
    format_number(value, decimals as usize)
}

fn group_thousands(digits: &str) -> String {
    if digits.len() < 5 {
        return digits.to_owned();
    }
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

fn superscript(number: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let raise = |c: char| c.to_digit(10).map_or('⁻', |digit| DIGITS[digit as usize]);
    number.to_string().chars().map(raise).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        for (value, text) in [
            (0.0, "0"),
            (0.1, "0.1"),
            (2.50, "2.5"),
            (412.3, "412"),
            (1234.0, "1234"),
            (12_345.0, "12,345"),
            (1_000_000.0, "1,000,000"),
            (1e-4, "10⁻⁴"),
            (2.5e-6, "2.5×10⁻⁶"),
            (-3.0, "−3"),
        ] {
            assert_eq!(format_significant(value, 3), text);
        }
    }
}
