"""What General MIDI programs sound like, in a producer's words, and how each is played.

Programs 0 to 127 are those of General MIDI 1; the banks above 0 are the variations that FluidR3 GM and
MuseScore General share (8 and up, as in Roland GS) or that one of them adds. Drum kits are in ``training.drum_kits``.
"""

from dataclasses import dataclass, replace

from training.labels import table

_OPPOSITES = {
    "dark": {"bright"},
    "muffled": {"bright"},
    "bright": {"dark", "muffled"},
    "soft": {"hard", "loud"},
    "hard": {"soft"},
    "low": {"high"},
    "high": {"low", "deep"},
    "short": {"long", "sustained"},
    "long": {"short", "staccato"},
}


@dataclass(frozen=True)
class Label:
    """What is true of a sound, as in ``training.sound.Sound``, without its waveform."""

    kind: str
    family: str
    aliases: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    character: tuple[str, ...] = ()

    def also(self, *character: str) -> "Label":
        """Add words of character, each once; a new word drives out its opposite."""
        kept = (word for word in self.character if not _OPPOSITES.get(word, set()) & set(character))
        return replace(self, character=tuple(dict.fromkeys((*kept, *character))))


@dataclass(frozen=True)
class Program:
    """One melodic preset.

    Attributes:
        bank, number: As sent by MIDI (bank select, program change).
        lowest, highest: Range of MIDI keys that sounds natural, 60 being middle C.
        manner: How it is played: keys, pluck, mallet, solo, ensemble, bass, guitar, pad, lead, hit or effect.
    """

    bank: int
    number: int
    label: Label
    lowest: int
    highest: int
    manner: str


# bank:program | kind | keys | manner | names of the instrument | how it is made | character
_PROGRAMS = """
0:0 | piano | 24-103 | keys | grand piano | acoustic, keyboard | natural
0:1 | piano | 24-103 | keys | bright grand piano | acoustic, keyboard | bright
8:0 | piano | 24-103 | keys | mellow grand piano | acoustic, keyboard | mellow, warm
0:2 | piano | 28-100 | keys | electric grand | keyboard | bright
0:3 | piano | 36-96 | keys | honky-tonk piano, saloon piano | acoustic, keyboard | detuned, vintage
0:4 | electric piano | 28-96 | keys | rhodes, tine piano | keyboard | warm, mellow
8:4 | electric piano | 28-96 | keys | rhodes, chorused electric piano | keyboard | detuned, wide
0:5 | electric piano | 28-96 | keys | fm piano, dx piano | fm, keyboard | glassy, bright
8:5 | electric piano | 28-96 | keys | fm piano, dx piano | fm, keyboard | detuned, glassy
0:6 | harpsichord | 36-89 | keys | | acoustic, keyboard | bright, plucky
8:6 | harpsichord | 36-89 | keys | coupled harpsichord | acoustic, keyboard | bright, plucky, rich
0:7 | clavinet | 33-89 | keys | funk clav | electric, keyboard | funky, plucky, bright
0:8 | celesta | 55-103 | mallet | celeste | keyboard | bright, delicate
0:9 | glockenspiel | 67-105 | mallet | orchestra bells | orchestral | bright, ringing
0:10 | music box | 55-100 | mallet | musical box | toy | delicate, bright
0:11 | vibraphone | 48-91 | mallet | | orchestral, jazz | warm, ringing
0:12 | marimba | 40-91 | mallet | | wooden, orchestral | warm, woody
0:13 | xylophone | 58-103 | mallet | | wooden, orchestral | bright, woody
0:14 | tubular bells | 55-84 | mallet | chimes | orchestral | ringing, metallic
8:14 | church bell | 36-84 | mallet | | | ringing, metallic, deep
0:15 | dulcimer | 45-88 | pluck | hammered dulcimer, santoor | folk, acoustic | bright
0:16 | organ | 36-96 | keys | hammond, drawbar organ | electric | sustained
8:16 | organ | 36-96 | keys | hammond, drawbar organ | electric | sustained, detuned
0:17 | organ | 36-96 | keys | hammond, percussive organ | electric | percussive
8:17 | organ | 36-96 | keys | hammond, percussive organ | electric | percussive, detuned
0:18 | organ | 36-96 | keys | rock organ, rotary organ | electric | dirty, gritty
0:19 | organ | 28-96 | keys | church organ, pipe organ | pipes, church | sustained, majestic
8:19 | organ | 28-96 | keys | church organ, pipe organ | pipes, church | sustained, bright
0:20 | harmonium | 36-91 | keys | reed organ | reeds | sustained, nasal
0:21 | accordion | 41-91 | keys | | reeds, folk | sustained, nasal
8:21 | accordion | 41-91 | keys | musette | reeds, folk | sustained, detuned
0:22 | harmonica | 55-91 | solo | | reeds, blues | sustained, nasal
0:23 | accordion | 41-91 | keys | bandoneon, tango accordion | reeds, tango | sustained, nasal
0:24 | nylon guitar | 40-84 | guitar | classical guitar, acoustic guitar | acoustic | warm, soft
8:24 | ukulele | 55-88 | guitar | uke | acoustic | bright, light
0:25 | acoustic guitar | 40-84 | guitar | steel guitar, folk guitar | acoustic | bright
8:25 | acoustic guitar | 40-84 | guitar | twelve-string guitar | acoustic | bright, wide
16:25 | mandolin | 55-91 | pluck | | acoustic, folk | bright
0:26 | electric guitar | 40-84 | guitar | jazz guitar | electric | warm, mellow
8:26 | electric guitar | 45-84 | guitar | hawaiian guitar, lap steel, slide guitar | electric | sliding
0:27 | electric guitar | 40-86 | guitar | clean guitar | electric | clean
0:28 | electric guitar | 40-79 | guitar | muted guitar, palm mute | electric | muted, short
8:28 | electric guitar | 40-79 | guitar | funk guitar, wah guitar | electric, funk | muted, funky
0:29 | distorted guitar | 40-84 | guitar | overdriven guitar, rock guitar | electric, amp | distorted, gritty
0:30 | distorted guitar | 40-84 | guitar | electric guitar, metal guitar | electric, amp | distorted, heavy
8:30 | distorted guitar | 45-84 | guitar | feedback guitar | electric, amp | distorted, sustained
0:31 | electric guitar | 45-81 | guitar | guitar harmonics | electric | harmonic, glassy
8:31 | distorted guitar | 45-84 | guitar | guitar feedback | electric, amp | sustained, harmonic
0:32 | double bass | 28-58 | bass | upright bass, acoustic bass | acoustic, jazz | warm, woody
0:33 | electric bass | 26-58 | bass | bass guitar, finger bass | electric, fingered | warm, round
0:34 | electric bass | 26-58 | bass | bass guitar, picked bass | electric, picked | bright
0:35 | electric bass | 26-60 | bass | fretless bass, bass guitar | electric | smooth, singing
0:36 | electric bass | 26-58 | bass | slap bass, bass guitar | electric, slap, funk | punchy, bright
0:37 | electric bass | 26-58 | bass | popped bass, slap bass, bass guitar | electric, slap, funk | snappy, bright
0:38 | synth bass | 24-55 | bass | | synthesizer, analog | electronic, fat
0:39 | synth bass | 24-55 | bass | | synthesizer, fm | electronic, hard
8:38 | synth bass | 24-55 | bass | acid bass | synthesizer, analog | electronic, resonant
8:39 | synth bass | 24-55 | bass | | synthesizer | electronic
0:40 | violin | 55-98 | solo | solo violin | orchestral, bowed | expressive
8:40 | violin | 55-98 | solo | solo violin | orchestral, bowed | slow, soft
0:41 | viola | 48-88 | solo | | orchestral, bowed | warm
0:42 | cello | 36-79 | solo | | orchestral, bowed | warm, rich
0:43 | double bass | 28-57 | solo | contrabass | orchestral, bowed | deep, dark
0:44 | tremolo strings | 36-93 | ensemble | | orchestral, bowed | trembling, tense
20:44 | tremolo strings | 55-93 | ensemble | tremolo violins | orchestral, bowed | trembling, tense
0:45 | pizzicato strings | 36-93 | pluck | pizz | orchestral, plucked | short, plucky
20:45 | pizzicato strings | 55-93 | pluck | pizzicato violins, pizz | orchestral, plucked | short, plucky
40:45 | pizzicato strings | 36-72 | pluck | pizzicato cellos, pizz | orchestral, plucked | short, plucky
0:46 | harp | 28-98 | pluck | concert harp | orchestral, plucked | delicate
0:47 | timpani | 36-57 | hit | | orchestral | deep, boomy
0:48 | strings ensemble | 36-96 | ensemble | string section, string ensemble | orchestral, bowed | lush
20:48 | strings ensemble | 55-96 | ensemble | violins, violin section | orchestral, bowed | lush
30:48 | strings ensemble | 48-84 | ensemble | violas, viola section | orchestral, bowed | warm
40:48 | strings ensemble | 36-72 | ensemble | cellos, cello section | orchestral, bowed | warm, dark
50:48 | strings ensemble | 28-58 | ensemble | double basses, contrabasses | orchestral, bowed | deep, dark
0:49 | strings ensemble | 36-96 | ensemble | slow strings, string section | orchestral, bowed | soft, swelling
8:48 | strings ensemble | 36-96 | ensemble | orchestra, orchestral pad | orchestral | lush, majestic
0:50 | synth strings | 36-96 | pad | string machine | synthesizer | lush, electronic
0:51 | synth strings | 36-96 | pad | string machine | synthesizer | soft, electronic
8:50 | synth strings | 36-96 | pad | string machine | synthesizer | electronic
0:52 | choir | 43-84 | ensemble | ahh choir, aahs | voices | sustained, human
0:53 | choir | 43-84 | ensemble | ooh choir, oohs | voices | soft, human
0:54 | choir | 43-84 | ensemble | synth choir, synth voice | synthesizer | electronic, vocal
0:55 | orchestra hit | 40-76 | hit | orch hit | orchestral | loud, dramatic
0:56 | trumpet | 52-86 | solo | | orchestral | bright
0:57 | trombone | 40-74 | solo | | orchestral | rich
0:58 | tuba | 28-58 | solo | | orchestral | deep, round
0:59 | trumpet | 52-84 | solo | muted trumpet, harmon mute | jazz | nasal, thin
0:60 | french horn | 36-77 | ensemble | horns | orchestral | warm, majestic
0:61 | brass section | 40-84 | ensemble | horn section | big band, funk | bright, loud
8:61 | brass section | 40-84 | ensemble | horn section | big band, funk | bright, loud
0:62 | synth brass | 36-86 | pad | | synthesizer, analog | electronic, fat
0:63 | synth brass | 36-86 | pad | | synthesizer, analog | electronic, soft
8:62 | synth brass | 36-86 | pad | | synthesizer, analog | electronic, bright
8:63 | synth brass | 36-86 | pad | | synthesizer, analog | electronic, mellow
0:64 | saxophone | 56-88 | solo | soprano sax, sax | reed, jazz | nasal
0:65 | saxophone | 49-81 | solo | alto sax, sax | reed, jazz | smooth
0:66 | saxophone | 44-76 | solo | tenor sax, sax | reed, jazz | breathy, rich
0:67 | saxophone | 36-69 | solo | baritone sax, sax | reed, jazz | deep, gritty
0:68 | oboe | 58-91 | solo | | reed, orchestral | nasal
0:69 | english horn | 52-81 | solo | cor anglais | reed, orchestral | nasal, warm
0:70 | bassoon | 34-70 | solo | | reed, orchestral | deep, nasal
0:71 | clarinet | 50-89 | solo | | reed, orchestral | hollow, smooth
0:72 | piccolo | 74-105 | solo | | orchestral | bright, high
0:73 | flute | 60-96 | solo | concert flute | orchestral | soft, airy
0:74 | recorder | 60-93 | solo | | wooden | pure, soft
0:75 | pan flute | 60-93 | solo | pan pipes | wooden | airy, breathy
0:76 | pan flute | 48-88 | solo | blown bottle, bottle | glass | airy, breathy
0:77 | pan flute | 55-88 | solo | shakuhachi, japanese flute | bamboo | airy, breathy
0:78 | whistling | 72-100 | solo | whistle, human whistling | | pure, high
0:79 | recorder | 60-93 | solo | ocarina | clay | pure, round
0:80 | synth lead | 40-96 | lead | square lead, chip lead | synthesizer | electronic, hollow
8:80 | sub bass | 24-40 | bass | sine bass, sine sub | synthesizer | electronic, deep, pure
8:80 | synth lead | 40-96 | lead | sine lead, sine wave | synthesizer | electronic, pure
0:81 | synth lead | 40-96 | lead | saw lead, sawtooth | synthesizer | electronic, buzzy
20:81 | synth lead | 40-96 | lead | supersaw, detuned saw lead | synthesizer | electronic, detuned, fat
0:82 | synth lead | 48-96 | lead | calliope lead | synthesizer | electronic, airy
0:83 | synth lead | 48-96 | lead | chiff lead | synthesizer | electronic, breathy
0:84 | synth lead | 40-91 | lead | charang, distorted lead | synthesizer | electronic, distorted
0:85 | synth lead | 48-88 | lead | voice lead, vocal lead | synthesizer | electronic, vocal
0:86 | synth lead | 40-91 | lead | fifths lead | synthesizer | electronic, fat
0:87 | synth lead | 30-84 | lead | bass and lead | synthesizer | electronic, fat
0:88 | synth pad | 40-91 | pad | fantasia, new age pad | synthesizer | bell-like, bright
0:89 | synth pad | 36-88 | pad | warm pad | synthesizer, analog | warm, soft
0:90 | synth pad | 36-91 | pad | polysynth | synthesizer, analog | bright, fat
0:91 | synth pad | 40-88 | pad | choir pad, space voice | synthesizer | vocal, airy
0:92 | synth pad | 40-88 | pad | bowed glass | synthesizer | glassy, eerie
0:93 | synth pad | 36-88 | pad | metal pad | synthesizer | metallic, evolving
0:94 | synth pad | 40-88 | pad | halo pad | synthesizer | airy, soft
0:95 | synth pad | 36-88 | pad | sweep pad | synthesizer | sweeping, evolving
0:96 | synth pad | 48-96 | pad | ice rain | synthesizer | cold, bright
0:97 | synth pad | 36-84 | pad | soundtrack | synthesizer | cinematic, evolving
0:98 | bell | 48-96 | mallet | crystal, synth bell, fm bell | synthesizer | glassy, bright
0:99 | synth pluck | 40-91 | pad | atmosphere | synthesizer | plucky, airy
0:100 | synth pad | 40-96 | pad | brightness | synthesizer | bright, glassy
0:101 | synth pad | 36-84 | pad | goblin, dark pad | synthesizer | dark, eerie, evolving
0:102 | synth pad | 48-91 | pad | echo drops | synthesizer | echoing, wet
0:103 | synth pad | 40-91 | pad | star theme | synthesizer | spacey, evolving
0:104 | sitar | 43-84 | pluck | | indian, acoustic | buzzing
0:105 | banjo | 48-86 | pluck | | folk, acoustic | bright, twangy
0:106 | plucked string | 45-84 | pluck | shamisen | japanese, acoustic | bright, twangy
0:107 | koto | 45-88 | pluck | | japanese, acoustic | bright
8:107 | plucked string | 45-88 | pluck | taisho koto | japanese | bright
0:108 | kalimba | 48-88 | mallet | | african | woody, soft
0:109 | bagpipe | 55-84 | solo | | reed, scottish | nasal, sustained
0:110 | violin | 55-91 | solo | fiddle | folk, bowed | rough
0:111 | bagpipe | 55-84 | solo | shenai, shehnai | reed, indian | nasal
0:112 | bell | 60-96 | mallet | tinkle bell, small bell, hand bell | metal | bright, small
0:113 | agogo bell | 55-84 | hit | agogo | metal | metallic
0:114 | steel pan | 48-88 | mallet | | caribbean, metal | metallic, warm
0:115 | wood block | 48-84 | hit | | wooden | woody, short
8:115 | castanets | 48-72 | hit | | wooden, spanish | woody, short
0:116 | taiko | 36-67 | hit | | japanese | deep, boomy
8:116 | kick drum | 40-64 | hit | concert bass drum, gran cassa | orchestral | deep, boomy, long
0:117 | tom | 38-72 | hit | melodic tom | acoustic | boomy
8:117 | tom | 38-72 | hit | melodic tom | acoustic | boomy
0:118 | electronic tom | 36-72 | hit | synth drum | synthesizer | electronic
8:118 | electronic tom | 36-72 | hit | 808 tom | 808, drum machine, analog | electronic
0:119 | riser | 48-72 | effect | reverse cymbal, reversed crash | cymbal | rising, bright
0:120 | fret noise | 48-76 | effect | | guitar | short, noisy
0:121 | breath | 48-76 | effect | flute breath | | airy, noisy
0:122 | sea waves | 45-76 | effect | | nature, water | noisy, swelling
0:123 | bird | 48-84 | effect | | nature, animal | bright, high
0:124 | telephone | 48-76 | effect | | | ringing
0:125 | engine | 45-76 | effect | helicopter, rotor | | rhythmic, noisy
9:125 | noise | 45-76 | effect | burst noise, noise burst | | noisy
0:126 | applause | 48-72 | effect | | people | noisy
0:127 | gunshot | 48-72 | effect | | | loud, explosive
"""


def label(kind: str, names: tuple[str, ...] = (), source: tuple[str, ...] = (), *character: str) -> Label:
    """Label a kind with its family and with the words that fit every sound of it."""
    entry = table()[kind]
    aliases = tuple(word for word in dict.fromkeys((*names, *entry.aliases)) if word != kind)
    return Label(kind, entry.family, aliases, source, character)


def _program(row: str) -> Program:
    address, kind, keys, manner, *words = (cell.strip() for cell in row.split("|"))
    names, source, character = (tuple(word.strip() for word in cell.split(",") if word.strip()) for cell in words)
    bank, number = map(int, address.split(":"))
    lowest, highest = map(int, keys.split("-"))
    return Program(bank, number, label(kind, names, source, *character), lowest, highest, manner)


PROGRAMS: tuple[Program, ...] = tuple(map(_program, _PROGRAMS.strip().splitlines()))
