//! `enibench size TASKDEF.json… --traffic FILE --promise P --types T`: how many tasks keep it.

mod json;
mod table;

use std::fs;
use std::io::Write;
use std::path::Path;

use super::args::SizeArgs;
use super::exit::{Exit, Failure};
use super::stderr::say;
use crate::ecs::documents::TaskDefinition;
use crate::plot::{SizeBar, draw_sizes};
use crate::results::{FileError, write_file};
use crate::runner;
use crate::sizing::{Answer, Member, Outcome, Request, Subject, TrafficFile, size};

/// Runs the verb.
pub fn run(args: &SizeArgs, out: &mut dyn Write) -> Result<Exit, Failure> {
    let request = request(args)?;
    let cases = request.subjects.len() * request.types.len() * request.modes.len();
    say!(
        "sizing {} on {} in {}: {}",
        counted(request.subjects.len(), "subject"),
        counted(request.types.len(), "type"),
        counted(request.modes.len(), "mode"),
        counted(cases, "search")
    );
    let threads = args
        .threads
        .map_or_else(runner::default_threads, usize::from);
    // Before the work, so that it is not lost for want of a place to write to.
    if let Some(dir) = &args.out {
        fs::create_dir_all(dir).map_err(FileError::on("create", dir))?;
    }
    let answers = size(&request, threads).map_err(|error| match Failure::from(error) {
        // The user wrote no experiment; what is wrong is in this file.
        Failure::Experiment(text) => {
            let traffic = args.traffic.display();
            Failure::Experiment(format!(
                "{}\n\nthe traffic in it is from {traffic}",
                text.trim_end()
            ))
        }
        other => other,
    })?;
    if args.json {
        json::write(&request, &answers, out)?;
    } else {
        table::write(&request, &answers, out)?;
    }
    if let Some(dir) = &args.out {
        write_files(dir, &request, &answers)?;
    }
    Ok(Exit::Done)
}

/// The number with its noun.
pub(super) fn counted(number: usize, noun: &str) -> String {
    match (number, noun.strip_suffix("ch")) {
        (1, _) => format!("1 {noun}"),
        (_, Some(_)) => format!("{number} {noun}es"),
        (_, None) => format!("{number} {noun}s"),
    }
}

fn request(args: &SizeArgs) -> Result<Request, Failure> {
    let definitions = definitions(&args.definitions)?;
    let instead = "name a TOML file with a table for each family, such as [web]";
    let text = read(&args.traffic, instead)?;
    let traffic = TrafficFile::parse(&args.traffic.display().to_string(), &text)
        .and_then(|file| file.of(&definitions))
        .map_err(|error| Failure::Usage(error.to_string()))?;
    let pairs = definitions.into_iter().zip(traffic);
    let members = pairs.map(|(definition, traffic)| Member {
        definition,
        traffic,
    });
    let subjects = match args.together {
        true => vec![Subject(members.collect())],
        false => members.map(|member| Subject(vec![member])).collect(),
    };
    Ok(Request {
        subjects,
        promises: args.promises.clone(),
        types: unique(&args.types, |a, b| a.name == b.name),
        modes: unique(&args.modes, |a, b| a == b),
        seed: args.seed,
    })
}

/// The values without repetitions.
pub(super) fn unique<T: Copy>(values: &[T], same: impl Fn(&T, &T) -> bool) -> Vec<T> {
    let mut unique: Vec<T> = Vec::new();
    for value in values {
        if !unique.iter().any(|known| same(known, value)) {
            unique.push(*value);
        }
    }
    unique
}

/// Reads all definitions; what is wrong with any of them is said at once.
fn definitions(paths: &[std::path::PathBuf]) -> Result<Vec<TaskDefinition>, Failure> {
    let mut definitions: Vec<TaskDefinition> = Vec::new();
    let mut refused = Vec::new();
    for path in paths {
        let name = path.display().to_string();
        let instead = "name a task definition as JSON, such as `aws ecs describe-task-definition` \
                       prints";
        match TaskDefinition::parse(&name, &read(path, instead)?) {
            Ok(definition) => {
                for warning in &definition.warnings {
                    say!("warning: {name}: {warning}");
                }
                if definitions.iter().any(|d| d.family == definition.family) {
                    let family = &definition.family;
                    refused.push(format!(
                        "error: {name} is of the family `{family}`, as a definition before it; \
                         name each family once"
                    ));
                }
                definitions.push(definition);
            }
            Err(errors) => refused.push(format!("error: {errors}")),
        }
    }
    match refused.is_empty() {
        true => Ok(definitions),
        false => Err(Failure::Experiment(refused.join("\n\n"))),
    }
}

/// The text of a file, or what to name `instead`.
fn read(path: &Path, instead: &str) -> Result<String, Failure> {
    let bytes = fs::read(path).map_err(|error| {
        let path = path.display();
        Failure::Usage(format!("cannot read {path}: {error}; {instead}"))
    })?;
    String::from_utf8(bytes).map_err(|error| Failure::not_utf8(path, &error))
}

/// Writes the plots, and an experiment file for each answer that has one.
fn write_files(dir: &Path, request: &Request, answers: &[Answer]) -> Result<(), Failure> {
    for answer in answers {
        let Outcome::Sized(sizing) = &answer.outcome else {
            continue;
        };
        let Some(text) = &sizing.experiment else {
            continue;
        };
        let (instance, mode) = (answer.instance.name, answer.mode.name());
        let name = format!("{}-{instance}-{mode}.toml", answer.subject);
        write_file(&dir.join(name), text.as_bytes())?;
    }
    let promises: Vec<String> = request.promises.iter().map(ToString::to_string).collect();
    let title = format!(
        "How many tasks on each instance type keep {}?",
        promises.join(" and ")
    );
    let bars: Vec<SizeBar> = answers.iter().filter_map(|a| bar(request, a)).collect();
    for file in draw_sizes(dir, &title, &bars)? {
        say!("wrote {}", file.display());
    }
    Ok(())
}

fn bar(request: &Request, answer: &Answer) -> Option<SizeBar> {
    let order = request
        .types
        .iter()
        .position(|t| t.name == answer.instance.name)?;
    let Outcome::Sized(sizing) = &answer.outcome else {
        return None;
    };
    let tasks = |count: u32| f64::from(count.saturating_mul(sizing.definitions));
    let most = match sizing.bracket.broken {
        Some(broken) => broken - 1,
        None => sizing.fit.limit,
    };
    Some(SizeBar {
        subject: answer.subject.clone(),
        order,
        instance: answer.instance.name.to_owned(),
        mode: answer.mode.name().to_owned(),
        tasks: tasks(sizing.bracket.answer),
        bracket: (tasks(sizing.bracket.kept), tasks(most)),
        fits: tasks(sizing.fit.limit),
    })
}
