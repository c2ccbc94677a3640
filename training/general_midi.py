"""What General MIDI programs sound like, in a producer's words, and how each is played.

Programs 0 to 127 are those of General MIDI 1; the banks above 0 are the variations that FluidR3 GM and
MuseScore General share (8 and up, as in Roland GS) or that one of them adds. Drum kits are in ``training.drum_kits``.
"""

from dataclasses import dataclass, replace

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


# kind: (family, words that fit every sound of the kind)
KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "piano": ("melodic", ("keys",)),
    "electric piano": ("melodic", ("ep", "keys", "e-piano")),
    "harpsichord": ("melodic", ("cembalo", "keys")),
    "clavinet": ("melodic", ("clav", "keys")),
    "celesta": ("melodic", ("mallet",)),
    "glockenspiel": ("melodic", ("glock", "mallet", "bells")),
    "music box": ("melodic", ("toy",)),
    "vibraphone": ("melodic", ("vibes", "mallet")),
    "marimba": ("melodic", ("mallet",)),
    "xylophone": ("melodic", ("mallet",)),
    "kalimba": ("melodic", ("thumb piano", "mbira")),
    "bell": ("melodic", ("bells",)),
    "organ": ("melodic", ("keys",)),
    "accordion": ("melodic", ("squeezebox",)),
    "harmonica": ("melodic", ("mouth organ", "blues harp")),
    "guitar": ("melodic", ("gtr",)),
    "bass": ("bass", ("bass note",)),
    "sub bass": ("bass", ("sub", "bass")),
    "strings": ("melodic", ("bowed strings",)),
    "harp": ("melodic", ("plucked strings",)),
    "timpani": ("percussion", ("kettledrum", "orchestral drum")),
    "choir": ("vocal", ("voices", "vocal pad")),
    "sung vocal": ("vocal", ("vox", "voice", "vocals")),
    "chord stab": ("melodic", ("stab", "chord hit")),
    "brass": ("melodic", ("horn",)),
    "woodwind": ("melodic", ("wind instrument",)),
    "flute": ("melodic", ("woodwind",)),
    "synth lead": ("melodic", ("lead", "synth")),
    "synth pad": ("melodic", ("pad", "synth")),
    "synth pluck": ("melodic", ("pluck", "synth")),
    "arpeggio": ("melodic", ("arp", "arpeggiated notes")),
    "ambient drone": ("fx", ("drone", "atmosphere", "atmos")),
    "plucked string": ("melodic", ("pluck", "plucked strings")),
    "agogo bell": ("percussion", ("agogo", "metal percussion")),
    "steel drum": ("percussion", ("steel pan", "steelpan")),
    "wood block": ("percussion", ("woodblock", "wood")),
    "castanets": ("percussion", ("castanet",)),
    "taiko": ("percussion", ("taiko drum", "big drum")),
    "tom": ("drums", ("tom-tom", "tom drum")),
    "electronic tom": ("drums", ("synth tom", "tom")),
    "kick drum": ("drums", ("bass drum", "bd", "kick")),
    "riser": ("fx", ("uplifter", "build-up")),
    "fret noise": ("fx", ("string squeak", "guitar noise")),
    "breath": ("vocal", ("breath noise",)),
    "ocean waves": ("fx", ("sea", "surf", "seashore")),
    "bird": ("fx", ("bird tweet", "birdsong", "chirp")),
    "telephone": ("fx", ("phone", "telephone ring")),
    "engine": ("fx", ("motor",)),
    "applause": ("fx", ("clapping crowd", "crowd")),
    "gunshot": ("fx", ("gun shot", "shot", "gun")),
    "noise": ("fx", ("static",)),
    "melodic loop": ("loop", ("melody", "phrase", "riff")),
    "bass loop": ("loop", ("bassline", "bass line", "bass riff")),
    "guitar loop": ("loop", ("guitar riff", "guitar phrase")),
}

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
0:14 | bell | 55-84 | mallet | tubular bells, chimes | orchestral | ringing, metallic
8:14 | bell | 36-84 | mallet | church bell | | ringing, metallic, deep
0:15 | plucked string | 45-88 | pluck | dulcimer, hammered dulcimer, santoor | folk, acoustic | bright
0:16 | organ | 36-96 | keys | hammond, drawbar organ | electric | sustained
8:16 | organ | 36-96 | keys | hammond, drawbar organ | electric | sustained, detuned
0:17 | organ | 36-96 | keys | hammond, percussive organ | electric | percussive
8:17 | organ | 36-96 | keys | hammond, percussive organ | electric | percussive, detuned
0:18 | organ | 36-96 | keys | rock organ, rotary organ | electric | dirty, gritty
0:19 | organ | 28-96 | keys | church organ, pipe organ | pipes, church | sustained, majestic
8:19 | organ | 28-96 | keys | church organ, pipe organ | pipes, church | sustained, bright
0:20 | organ | 36-91 | keys | reed organ, harmonium | reeds | sustained, nasal
0:21 | accordion | 41-91 | keys | | reeds, folk | sustained, nasal
8:21 | accordion | 41-91 | keys | musette | reeds, folk | sustained, detuned
0:22 | harmonica | 55-91 | solo | | reeds, blues | sustained, nasal
0:23 | accordion | 41-91 | keys | bandoneon, tango accordion | reeds, tango | sustained, nasal
0:24 | guitar | 40-84 | guitar | nylon guitar, classical guitar, acoustic guitar | acoustic | warm, soft
8:24 | guitar | 55-88 | guitar | ukulele, uke | acoustic | bright, light
0:25 | guitar | 40-84 | guitar | steel guitar, acoustic guitar, folk guitar | acoustic | bright
8:25 | guitar | 40-84 | guitar | twelve-string guitar, acoustic guitar | acoustic | bright, wide
16:25 | plucked string | 55-91 | pluck | mandolin | acoustic, folk | bright
0:26 | guitar | 40-84 | guitar | jazz guitar, electric guitar | electric | warm, mellow
8:26 | guitar | 45-84 | guitar | hawaiian guitar, lap steel, slide guitar | electric | sliding
0:27 | guitar | 40-86 | guitar | clean guitar, electric guitar | electric | clean
0:28 | guitar | 40-79 | guitar | muted guitar, palm mute, electric guitar | electric | muted, short
8:28 | guitar | 40-79 | guitar | funk guitar, wah guitar | electric, funk | muted, funky
0:29 | guitar | 40-84 | guitar | overdriven guitar, electric guitar, rock guitar | electric, amp | distorted, gritty
0:30 | guitar | 40-84 | guitar | distorted guitar, electric guitar, metal guitar | electric, amp | distorted, heavy
8:30 | guitar | 45-84 | guitar | feedback guitar, distorted guitar | electric, amp | distorted, sustained
0:31 | guitar | 45-81 | guitar | guitar harmonics | electric | harmonic, glassy
8:31 | guitar | 45-84 | guitar | guitar feedback | electric, amp | sustained, harmonic
0:32 | bass | 28-58 | bass | upright bass, double bass, acoustic bass | acoustic, jazz | warm, woody
0:33 | bass | 26-58 | bass | bass guitar, finger bass, electric bass | electric, fingered | warm, round
0:34 | bass | 26-58 | bass | bass guitar, picked bass, electric bass | electric, picked | bright
0:35 | bass | 26-60 | bass | fretless bass, bass guitar | electric | smooth, singing
0:36 | bass | 26-58 | bass | slap bass, bass guitar | electric, slap, funk | punchy, bright
0:37 | bass | 26-58 | bass | popped bass, slap bass, bass guitar | electric, slap, funk | snappy, bright
0:38 | bass | 24-55 | bass | synth bass | synthesizer, analog | electronic, fat
0:39 | bass | 24-55 | bass | synth bass | synthesizer, fm | electronic, hard
8:38 | bass | 24-55 | bass | synth bass, acid bass | synthesizer, analog | electronic, resonant
8:39 | bass | 24-55 | bass | synth bass | synthesizer | electronic
0:40 | strings | 55-98 | solo | violin, solo violin | orchestral, bowed | expressive
8:40 | strings | 55-98 | solo | violin, solo violin | orchestral, bowed | slow, soft
0:41 | strings | 48-88 | solo | viola | orchestral, bowed | warm
0:42 | strings | 36-79 | solo | cello | orchestral, bowed | warm, rich
0:43 | strings | 28-57 | solo | contrabass, double bass | orchestral, bowed | deep, dark
0:44 | strings | 36-93 | ensemble | tremolo strings | orchestral, bowed | trembling, tense
20:44 | strings | 55-93 | ensemble | tremolo violins | orchestral, bowed | trembling, tense
0:45 | strings | 36-93 | pluck | pizzicato strings, pizz | orchestral, plucked | short, plucky
20:45 | strings | 55-93 | pluck | pizzicato violins, pizz | orchestral, plucked | short, plucky
40:45 | strings | 36-72 | pluck | pizzicato cellos, pizz | orchestral, plucked | short, plucky
0:46 | harp | 28-98 | pluck | concert harp | orchestral, plucked | delicate
0:47 | timpani | 36-57 | hit | | orchestral | deep, boomy
0:48 | strings | 36-96 | ensemble | string section, string ensemble | orchestral, bowed | lush
20:48 | strings | 55-96 | ensemble | violins, violin section | orchestral, bowed | lush
30:48 | strings | 48-84 | ensemble | violas, viola section | orchestral, bowed | warm
40:48 | strings | 36-72 | ensemble | cellos, cello section | orchestral, bowed | warm, dark
50:48 | strings | 28-58 | ensemble | double basses, contrabasses | orchestral, bowed | deep, dark
0:49 | strings | 36-96 | ensemble | slow strings, string section | orchestral, bowed | soft, swelling
8:48 | strings | 36-96 | ensemble | orchestra, orchestral pad | orchestral | lush, majestic
0:50 | strings | 36-96 | pad | synth strings, string machine | synthesizer | lush, electronic
0:51 | strings | 36-96 | pad | synth strings, string machine | synthesizer | soft, electronic
8:50 | strings | 36-96 | pad | synth strings, string machine | synthesizer | electronic
0:52 | choir | 43-84 | ensemble | ahh choir, aahs | voices | sustained, human
0:53 | choir | 43-84 | ensemble | ooh choir, oohs | voices | soft, human
0:54 | choir | 43-84 | ensemble | synth choir, synth voice | synthesizer | electronic, vocal
0:55 | chord stab | 40-76 | hit | orchestra hit, orch hit | orchestral | loud, dramatic
0:56 | brass | 52-86 | solo | trumpet | orchestral | bright
0:57 | brass | 40-74 | solo | trombone | orchestral | rich
0:58 | brass | 28-58 | solo | tuba | orchestral | deep, round
0:59 | brass | 52-84 | solo | muted trumpet, harmon mute | jazz | nasal, thin
0:60 | brass | 36-77 | ensemble | french horn, horns | orchestral | warm, majestic
0:61 | brass | 40-84 | ensemble | brass section, horn section | big band, funk | bright, loud
8:61 | brass | 40-84 | ensemble | brass section, horn section | big band, funk | bright, loud
0:62 | brass | 36-86 | pad | synth brass | synthesizer, analog | electronic, fat
0:63 | brass | 36-86 | pad | synth brass | synthesizer, analog | electronic, soft
8:62 | brass | 36-86 | pad | synth brass | synthesizer, analog | electronic, bright
8:63 | brass | 36-86 | pad | synth brass | synthesizer, analog | electronic, mellow
0:64 | woodwind | 56-88 | solo | soprano sax, saxophone, sax | reed, jazz | nasal
0:65 | woodwind | 49-81 | solo | alto sax, saxophone, sax | reed, jazz | smooth
0:66 | woodwind | 44-76 | solo | tenor sax, saxophone, sax | reed, jazz | breathy, rich
0:67 | woodwind | 36-69 | solo | baritone sax, saxophone, sax | reed, jazz | deep, gritty
0:68 | woodwind | 58-91 | solo | oboe | reed, orchestral | nasal
0:69 | woodwind | 52-81 | solo | english horn, cor anglais | reed, orchestral | nasal, warm
0:70 | woodwind | 34-70 | solo | bassoon | reed, orchestral | deep, nasal
0:71 | woodwind | 50-89 | solo | clarinet | reed, orchestral | hollow, smooth
0:72 | flute | 74-105 | solo | piccolo | orchestral | bright, high
0:73 | flute | 60-96 | solo | concert flute | orchestral | soft, airy
0:74 | flute | 60-93 | solo | recorder | wooden | pure, soft
0:75 | flute | 60-93 | solo | pan flute, pan pipes | wooden | airy, breathy
0:76 | flute | 48-88 | solo | blown bottle, bottle | glass | airy, breathy
0:77 | flute | 55-88 | solo | shakuhachi, japanese flute | bamboo | airy, breathy
0:78 | flute | 72-100 | solo | whistle, human whistling | | pure, high
0:79 | flute | 60-93 | solo | ocarina | clay | pure, round
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
0:104 | plucked string | 43-84 | pluck | sitar | indian, acoustic | buzzing
0:105 | plucked string | 48-86 | pluck | banjo | folk, acoustic | bright, twangy
0:106 | plucked string | 45-84 | pluck | shamisen | japanese, acoustic | bright, twangy
0:107 | plucked string | 45-88 | pluck | koto | japanese, acoustic | bright
8:107 | plucked string | 45-88 | pluck | taisho koto | japanese | bright
0:108 | kalimba | 48-88 | mallet | | african | woody, soft
0:109 | woodwind | 55-84 | solo | bagpipe | reed, scottish | nasal, sustained
0:110 | strings | 55-91 | solo | fiddle, violin | folk, bowed | rough
0:111 | woodwind | 55-84 | solo | shenai, shehnai | reed, indian | nasal
0:112 | bell | 60-96 | mallet | tinkle bell, small bell, hand bell | metal | bright, small
0:113 | agogo bell | 55-84 | hit | agogo | metal | metallic
0:114 | steel drum | 48-88 | mallet | | caribbean, metal | metallic, warm
0:115 | wood block | 48-84 | hit | | wooden | woody, short
8:115 | castanets | 48-72 | hit | | wooden, spanish | woody, short
0:116 | taiko | 36-67 | hit | | japanese | deep, boomy
8:116 | kick drum | 40-64 | hit | concert bass drum, gran cassa | orchestral | deep, boomy, long
0:117 | tom | 38-72 | hit | melodic tom | acoustic | boomy
8:117 | tom | 38-72 | hit | melodic tom | acoustic | boomy
0:118 | electronic tom | 36-72 | hit | synth drum | synthesizer | electronic
8:118 | electronic tom | 36-72 | hit | 808 tom | 808, drum machine, analog | electronic
0:119 | riser | 48-72 | effect | reverse cymbal, reversed crash | cymbal | rising, bright
0:120 | fret noise | 48-76 | effect | fret noise | guitar | short, noisy
0:121 | breath | 48-76 | effect | flute breath | | airy, noisy
0:122 | ocean waves | 45-76 | effect | | nature, water | noisy, swelling
0:123 | bird | 48-84 | effect | | nature, animal | bright, high
0:124 | telephone | 48-76 | effect | | | ringing
0:125 | engine | 45-76 | effect | helicopter, rotor | | rhythmic, noisy
9:125 | noise | 45-76 | effect | burst noise, noise burst | | noisy
0:126 | applause | 48-72 | effect | | people | noisy
0:127 | gunshot | 48-72 | effect | | | loud, explosive
"""


def label(kind: str, names: tuple[str, ...] = (), source: tuple[str, ...] = (), *character: str) -> Label:
    """Label a kind with its family and with the words that fit every sound of it."""
    family, common = KINDS[kind]
    aliases = tuple(word for word in dict.fromkeys((*names, *common)) if word != kind)
    return Label(kind, family, aliases, source, character)


def _program(row: str) -> Program:
    address, kind, keys, manner, *words = (cell.strip() for cell in row.split("|"))
    names, source, character = (tuple(word.strip() for word in cell.split(",") if word.strip()) for cell in words)
    bank, number = map(int, address.split(":"))
    lowest, highest = map(int, keys.split("-"))
    return Program(bank, number, label(kind, names, source, *character), lowest, highest, manner)


PROGRAMS: tuple[Program, ...] = tuple(map(_program, _PROGRAMS.strip().splitlines()))
