"""Make the built-in model from nothing: ``python -m training``.

Renders the sounds, trains the towers, distils the text tower, writes the weights and measures them on held-out sounds.
What is rendered already is kept; delete ``training/work`` to begin anew.
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np

from indexer.compact.model import WEIGHTS_FOLDER, CompactTextEncoder
from training.captions import PROMPTS
from training.dataset import Dataset
from training.evaluate import embed_dataset, evaluate, prompt_rows
from training.export import export
from training.render import Plan, render_bulk, render_recipes
from training.student import collect_phrases, phrase_weights, train_student
from training.teacher import Teacher
from training.train import Schedule, Towers, Trainer, embed_texts


def main() -> None:
    """Run every step in order."""
    options = _parse()
    if not options.skip_render:
        _render(options)
    dataset = Dataset(options.work / "train")
    print(f"{len(dataset)} recordings of {len(dataset.variants)} sounds in {len(dataset.kinds)} kinds", flush=True)
    teacher = Teacher(options.device)
    texts = embed_texts(dataset, teacher, options.seed)
    schedule = Schedule(n_steps=options.steps, max_minutes=options.minutes)
    towers = Trainer(dataset, texts, schedule, options.device, options.seed).run(options.work / "towers.pt")
    _export(options, dataset, teacher, towers)
    _measure(options, towers)


def _render(options: argparse.Namespace) -> None:
    for split, share in (("train", 1.0), ("valid", 0.03)):
        plan = Plan(options.work, options.variants, options.impulse_responses, split)
        render_recipes(plan, range(max(1, int(options.recipe_shards * share))), options.workers)
        for source, n_shards in (("soundfonts", options.soundfont_shards), ("voices", options.voice_shards)):
            try:
                render_bulk(plan, source, range(max(1, int(n_shards * share))), options.workers)
            except (RuntimeError, ModuleNotFoundError) as error:
                print(f"{source} left out: {error}", flush=True)


def _export(options: argparse.Namespace, dataset: Dataset, teacher: Teacher, towers: Towers) -> None:
    captions = sorted({text for group in dataset.captions(options.seed) for text in group})
    names = [prompt.format(kind) for kind in dataset.kinds for prompt in PROMPTS]
    phrases = collect_phrases(captions, names, teacher, towers.project, options.seed)
    student = train_student(phrases, phrase_weights(phrases, captions, names), options.text_steps, options.seed)
    rng = np.random.default_rng(options.seed)
    heard = embed_dataset(towers.audio.cpu().eval(), dataset.subset(rng, 4000))
    centers = {
        "audio_center": heard.mean(0),
        "text_center": student.embed(captions[:: len(captions) // 4000 + 1]).mean(0),
    }
    export(options.out, towers.audio, student.arrays(), centers)


def _measure(options: argparse.Namespace, towers: Towers) -> None:
    dataset = Dataset(options.work / "valid")
    names = [prompt.format(kind) for kind in dataset.kinds for prompt in PROMPTS]
    labels = prompt_rows(CompactTextEncoder(options.out).embed_text(names), len(dataset.kinds))
    figures = evaluate(embed_dataset(towers.audio, dataset), dataset, labels)
    print(json.dumps(asdict(figures), indent=1))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--work", type=Path, default=Path(__file__).parent / "work", help="rendered sounds and checkpoints"
    )
    parser.add_argument("--out", type=Path, default=WEIGHTS_FOLDER, help="where the weights go")
    parser.add_argument("--impulse-responses", type=Path, help="folder of FLAC impulse responses (see SOURCES.md)")
    parser.add_argument("--recipe-shards", type=int, default=80, help="of 400 dry sounds each")
    parser.add_argument("--soundfont-shards", type=int, default=40)
    parser.add_argument("--voice-shards", type=int, default=8)
    parser.add_argument("--variants", type=int, default=3, help="recordings of each dry sound")
    parser.add_argument("--steps", type=int, default=12_000)
    parser.add_argument("--minutes", type=float, default=0.0, help="end the schedule after this time if it comes first")
    parser.add_argument("--text-steps", type=int, default=6000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--skip-render", action="store_true", help="take what is rendered")
    return parser.parse_args()


if __name__ == "__main__":
    main()
