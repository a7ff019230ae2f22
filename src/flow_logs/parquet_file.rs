//! Flow logs as Parquet: a column per field.
//!
//! Numbers are the types that the Amazon VPC User Guide gives; columns are named as in tables over
//! such files, with underscores. The bytes are the same for the same records.

use std::sync::Arc;

use parquet::basic::{Compression, ConvertedType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, Int32Type, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;

use super::FlowLog;
use super::field::{Field, ParquetType};
use super::format::Format;
use super::value::Value;

/// Records of a row group: few enough that its columns fit into memory many times over.
const ROW_GROUP: usize = 100_000;

/// A Parquet file could not be made.
#[derive(Debug, thiserror::Error)]
#[error("cannot make a Parquet file: {0}")]
pub struct ParquetError(#[from] parquet::errors::ParquetError);

/// The Parquet file of `log` in this `format`.
///
/// # Errors
/// If the writer refuses, for example a column of more than 2 GiB.
pub fn parquet(log: &FlowLog, format: &Format) -> Result<Vec<u8>, ParquetError> {
    let columns: Result<Vec<_>, _> = format.fields().iter().map(column).collect();
    let schema = Type::group_type_builder("flow_log")
        .with_fields(columns?)
        .build()?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by("enibench".to_owned())
        .build();
    let mut bytes = Vec::new();
    let mut file = SerializedFileWriter::new(&mut bytes, Arc::new(schema), Arc::new(properties))?;
    for records in log.records().chunks(ROW_GROUP) {
        let mut group = file.next_row_group()?;
        for field in format.fields() {
            let mut writer = group
                .next_column()?
                .expect("the schema has a column per field");
            let values = records.iter().map(|r| log.value(r, *field, format));
            write(&mut writer, field.parquet, values)?;
            writer.close()?;
        }
        group.close()?;
    }
    file.close()?;
    Ok(bytes)
}

/// The declaration of a field's column.
fn column(field: &Field) -> Result<Arc<Type>, parquet::errors::ParquetError> {
    let (physical, converted) = match field.parquet {
        ParquetType::Int32 => (Physical::INT32, ConvertedType::INT_32),
        ParquetType::Int64 => (Physical::INT64, ConvertedType::INT_64),
        ParquetType::Text => (Physical::BYTE_ARRAY, ConvertedType::UTF8),
    };
    let column = Type::primitive_type_builder(&field.column(), physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_converted_type(converted)
        .build()?;
    Ok(Arc::new(column))
}

/// Writes all values of a column.
fn write(
    writer: &mut SerializedColumnWriter<'_>,
    parquet_type: ParquetType,
    values: impl Iterator<Item = Value>,
) -> Result<usize, parquet::errors::ParquetError> {
    if parquet_type == ParquetType::Text {
        let texts: Vec<ByteArray> = values.map(|v| v.to_string().into_bytes().into()).collect();
        let all_there = vec![1; texts.len()];
        return writer
            .typed::<ByteArrayType>()
            .write_batch(&texts, Some(&all_there), None);
    }
    let numbers: Vec<Option<i64>> = values
        .map(|value| match value {
            Value::Number(number) => Some(number),
            Value::NotApplicable | Value::Text(_) => None,
        })
        .collect();
    let is_there: Vec<i16> = numbers.iter().map(|n| i16::from(n.is_some())).collect();
    let there = numbers.into_iter().flatten();
    match parquet_type {
        ParquetType::Int32 => {
            let narrow = |number| i32::try_from(number).expect("ports and versions are small");
            let numbers: Vec<i32> = there.map(narrow).collect();
            writer
                .typed::<Int32Type>()
                .write_batch(&numbers, Some(&is_there), None)
        }
        ParquetType::Int64 | ParquetType::Text => {
            let numbers: Vec<i64> = there.collect();
            writer
                .typed::<Int64Type>()
                .write_batch(&numbers, Some(&is_there), None)
        }
    }
}
