"""Make the built-in model from nothing: ``python -m training``.

Renders the sounds, trains the towers, distils the text tower, writes the weights and measures them on held-out sounds.
What is rendered already is kept; delete ``training/work`` to begin anew.
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors.numpy import load_file

from indexer.encoders.compact.model import WEIGHTS_FOLDER
from indexer.encoders.compact.text import TextTower
from training.dataset import Dataset
from training.evaluate import embed_dataset
from training.export import export_audio, export_text
from training.held_out import measure
from training.prune import prune
from training.render import Plan, render_bulk, render_recipes, render_recordings
from training.student import collect_phrases, train_student
from training.teacher import Teacher
from training.texts import Texts, read_texts
from training.timbre import write_timbre
from training.train import Schedule, Towers, Trainer


def main() -> None:
    """Run every step in order."""
    options = _parse()
    if not options.skip_render:
        _render(options)
    dataset = Dataset(options.work / "train")
    print(f"{len(dataset)} recordings of {len(dataset.variants)} sounds in {len(dataset.kinds)} kinds", flush=True)
    if options.keep_text:
        texts = read_texts(dataset, TextTower(load_file(options.keep_text)), options.seed)
        towers = _train(options, dataset, texts)
    else:
        teacher = Teacher(options.device)
        texts = read_texts(dataset, teacher, options.seed)
        towers = _train(options, dataset, texts)
        _export_text(options, dataset, teacher, texts, towers)
    heard = embed_dataset(towers.audio, dataset, range(0, len(dataset), len(dataset) // 4000 + 1))
    export_audio(options.out, towers.audio, heard.mean(0))
    _finish(options, towers)


def _train(options: argparse.Namespace, dataset: Dataset, texts: Texts) -> Towers:
    checkpoint = options.work / "towers.pt"
    towers = Towers(prune(options.prune) if options.prune else None, keeps_space=options.keep_text is not None)
    if options.skip_train:
        towers.load_state_dict(torch.load(checkpoint, weights_only=True))
        return towers.eval()
    schedule = Schedule(options.steps, learning_rate=options.learning_rate, max_minutes=options.minutes)
    trainer = Trainer(dataset, texts, schedule, options.device, options.seed, towers)
    if options.resume:
        trainer.resume(checkpoint)
    return trainer.run(checkpoint)


def _render(options: argparse.Namespace) -> None:
    for split, share in (("train", 1.0), ("valid", 0.03)):
        plan = Plan(options.work, options.variants, options.impulse_responses, split, options.recordings)
        render_recipes(plan, range(max(1, int(options.recipe_shards * share))), options.workers)
        if options.recordings and split == "train":
            render_recordings(plan, range(1), options.workers)
        for source, n_shards in (("soundfonts", options.soundfont_shards), ("voices", options.voice_shards)):
            try:
                render_bulk(plan, source, range(max(1, int(n_shards * share))), options.workers)
            except (RuntimeError, ModuleNotFoundError) as error:
                print(f"{source} left out: {error}", flush=True)


def _export_text(options: argparse.Namespace, dataset: Dataset, teacher: Teacher, texts: Texts, towers: Towers) -> None:
    facts = [recording.facts for recording in dataset.recordings]
    phrases = collect_phrases(texts, facts, teacher, towers.project, options.seed)
    student = train_student(phrases, options.text_steps, options.seed)
    with torch.no_grad():
        said = towers.project(texts.caption_rows).numpy()
    export_text(options.out, student.arrays(), said.mean(0))


def _finish(options: argparse.Namespace, towers: Towers) -> None:
    dataset = Dataset(options.work / "valid")
    write_timbre(dataset, options.out)
    print(json.dumps(asdict(measure(towers.audio, dataset, options.out)), indent=1))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--work", type=Path, default=Path(__file__).parent / "work", help="rendered sounds and checkpoints"
    )
    parser.add_argument("--out", type=Path, default=WEIGHTS_FOLDER, help="where the weights go")
    parser.add_argument("--impulse-responses", type=Path, help="folder of FLAC impulse responses (see SOURCES.md)")
    parser.add_argument("--recordings", type=Path, help="folder of recorded drum hits (see SOURCES.md)")
    parser.add_argument("--prune", type=Path, help="begin with the audio weights of a wider tower")
    parser.add_argument("--keep-text", type=Path, help="keep these text weights and the space that they span")
    parser.add_argument("--recipe-shards", type=int, default=80, help="of 400 dry sounds each")
    parser.add_argument("--soundfont-shards", type=int, default=40)
    parser.add_argument("--voice-shards", type=int, default=8)
    parser.add_argument("--variants", type=int, default=3, help="recordings of each dry sound")
    parser.add_argument("--steps", type=int, default=12_000)
    parser.add_argument("--minutes", type=float, default=0.0, help="end the schedule after this time if it comes first")
    parser.add_argument("--learning-rate", type=float, default=2e-3, help="at its peak")
    parser.add_argument(
        "--resume", action="store_true", help="begin with the last checkpoint; give a lower learning rate"
    )
    parser.add_argument("--text-steps", type=int, default=6000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--skip-render", action="store_true", help="take what is rendered")
    parser.add_argument("--skip-train", action="store_true", help="take the last checkpoint of the towers")
    return parser.parse_args()


if __name__ == "__main__":
    main()
