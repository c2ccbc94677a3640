"""What training sounds are called: every label, its family, the wider names it also answers to, and its aliases.

The labels are those of the recordings (``manifest.csv``) and of what is synthesized; `canonical` maps the other names
that synthesized sounds go by onto them.
"""

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class LabelEntry:
    """One row of the table.

    Attributes:
        family: ``"drums"``, ``"percussion"``, ``"bass"``, ``"melodic"``, ``"vocal"``, ``"fx"``, ``"loop"`` or
            ``"nature"``.
        wider: Names that fit it and other labels too; never counted as wrong, and said in some captions.
        aliases: Names that mean the same.
    """

    family: str
    wider: tuple[str, ...]
    aliases: tuple[str, ...]


# label | family | wider names | aliases
_TABLE = """
kick drum | drums | drum, bass drum | kick, bd, bassdrum
orchestral bass drum | drums | bass drum, drum, percussion | concert bass drum, gran cassa, marching bass drum
snare drum | drums | drum | snare, sd
brush snare | drums | snare drum, drum | brushed snare, snare with brushes, brush slap
snare roll | drums | snare drum, drum roll | buzz roll, snare drum roll, press roll
rimshot | drums | drum, snare rim | rim shot, snare rimshot, rs
side stick | drums | rim, snare rim | sidestick, cross stick, rim click, cross-stick, rim knock
stick click | percussion | percussion, wood | drum sticks, sticks, count-in
hand clap | drums | claps | clap, cp, handclap, clapping hands
finger snap | drums | percussion | snap, fingersnap, finger click
closed hi-hat | drums | hi-hat, cymbal | closed hat, ch, hihat closed, chh, tight hi-hat
pedal hi-hat | drums | hi-hat, cymbal | foot hi-hat, hi-hat pedal, foot chick, pedal hat
half-open hi-hat | drums | hi-hat, cymbal | half open hat, loose hi-hat, loosely closed hi-hat, semi-open hi-hat
open hi-hat | drums | hi-hat, cymbal | open hat, oh, hihat open, ohh
crash cymbal | drums | cymbal | crash
splash cymbal | drums | cymbal | splash, small crash
china cymbal | drums | cymbal | china, chinese cymbal, trash cymbal
ride cymbal | drums | cymbal | ride, ride ping
ride bell | drums | ride cymbal, cymbal | bell of the ride, ride cymbal bell, cup of the ride
cymbal roll | drums | cymbal | cymbal swell, mallet cymbal roll, suspended cymbal roll
tom | drums | drum | tom-tom, tom drum, rack tom, mid tom, high tom
floor tom | drums | tom, drum | low tom, floor tom-tom
electronic tom | drums | tom, drum | synth tom, simmons tom, 808 tom
electronic percussion | percussion | percussion | synth percussion, electronic perc, perc blip
timbale | percussion | hand percussion, drum | timbales, timbale shell
bongo | percussion | hand drum, percussion | bongos, bongo drum
conga | percussion | hand drum, percussion | congas, tumba, conga drum, conga slap
djembe | percussion | hand drum, percussion | djembe drum, african hand drum
darbuka | percussion | hand drum, percussion | doumbek, goblet drum
cajon | percussion | hand drum, percussion | box drum, cajon slap
frame drum | percussion | hand drum, percussion | bodhran, daf
tabla | percussion | hand drum, percussion | bayan, dayan, indian drum, tabla stroke
udu | percussion | hand drum, percussion | clay pot drum
talking drum | percussion | hand drum, percussion | tama drum
surdo | percussion | drum, percussion | samba bass drum
taiko | percussion | drum, percussion | taiko drum, big drum, japanese drum
timpani | percussion | drum, orchestral percussion | kettledrum, timpano, timp
gong | percussion | metal percussion | tam-tam, chinese gong, temple gong
other percussion | percussion | hand percussion, drum | percussion, perc, percussion hit
slit drum | percussion | percussion, wood | log drum, tongue drum
temple block | percussion | wood block, percussion, wood | temple blocks, muyu
wood block | percussion | percussion, wood | woodblock, wooden block
claves | percussion | percussion, wood | clave, clave sticks
castanets | percussion | percussion, wood | castanet
guiro | percussion | percussion, wood | guiro scrape, scraper, guira
cabasa | percussion | percussion, shaker | afuche, afuche cabasa
shaker | percussion | percussion | egg shaker, shake
maraca | percussion | percussion, shaker | maracas
tambourine | percussion | percussion | tamb, tambourine hit, tambourine shake
sleigh bells | percussion | bells, percussion | jingle bells, jingles
ghungroo | percussion | bells, percussion | ankle bells, dancing bells
cowbell | percussion | metal percussion, percussion | cow bell, 808 cowbell
agogo bell | percussion | metal percussion, percussion | agogo, agogo bells
triangle | percussion | metal percussion, percussion | triangle hit, triangle ping
finger cymbals | percussion | metal percussion, percussion | zills
anvil | percussion | metal percussion, metal hit | anvil hit, brake drum
metal percussion | percussion | percussion, metal hit | metal perc, pipe hit
bell tree | percussion | chimes, percussion | mark tree, bar chimes
wind chimes | percussion | chimes, bells | windchimes
vibraslap | percussion | percussion | rattle, vibra slap, jawbone
ratchet | percussion | percussion | crank ratchet
cuica | percussion | percussion | friction drum
whistle | percussion | percussion | samba whistle, referee whistle, pea whistle
slide whistle | percussion | whistle | swanee whistle, siren whistle
body percussion | percussion | percussion, slap | body slap, chest thump, thigh slap
stomp | percussion | body percussion, footstep | foot stomp, heel tap, stamping foot
drum loop | loop | loop, beat, drums | breakbeat, drum beat, break
percussion loop | loop | loop, percussion | perc loop, hand drum loop
hi-hat loop | loop | loop, hi-hat | hat loop, top loop
cymbal loop | loop | loop, cymbal, hi-hat loop | ride pattern, ride loop, cymbal pattern
tabla loop | loop | percussion loop, loop, tabla | tabla groove
bass loop | loop | loop, bass | bassline, bass line, bass riff
guitar loop | loop | melodic loop, loop, guitar | guitar riff, guitar phrase
melodic loop | loop | loop, melody | melody loop, melodic phrase, riff
synth loop | loop | loop, melodic loop, synth | synth riff, synthesizer loop
vocal loop | loop | loop, vocal | acapella loop, vocal phrase loop
arpeggio | loop | arp, synth, melodic loop | arpeggiated notes, arpeggiator, arpeggiated synth
synth sequence | loop | synth, arpeggio, synth loop | sequencer line, sequence
808 bass | bass | bass, sub bass | 808, long 808, 808 sub
sub bass | bass | bass | sub, sine bass, deep sub
synth bass | bass | bass, synth | analog bass, acid bass, reese bass, bass synthesizer
electric bass | bass | bass | bass guitar, finger bass, slap bass, fretless bass
double bass | bass | bass, strings, bowed strings | upright bass, contrabass, acoustic bass
bass | bass | | bass note, bass sound
sub drop | fx | bass, downlifter | bass drop, 808 drop
piano | melodic | keys, keyboard | grand piano, upright piano, acoustic piano
electric piano | melodic | keys, keyboard, piano | rhodes, wurlitzer, ep, e-piano, fm piano
harpsichord | melodic | keys, keyboard | cembalo
clavinet | melodic | keys, keyboard | clav, funk clav
synth keys | melodic | keys, synth | synthesizer keys, keyboard synth
organ | melodic | keys, keyboard | hammond, hammond organ, drawbar organ, pipe organ, church organ
harmonium | melodic | keys, organ, reed organ | pump organ
accordion | melodic | keys | squeezebox, bandoneon, musette
harmonica | melodic | wind instrument | mouth organ, blues harp
celesta | melodic | mallets, keys | celeste
glockenspiel | melodic | mallets, bells | glock, orchestra bells
music box | melodic | mallets | musical box
vibraphone | melodic | mallets | vibes
marimba | melodic | mallets | marimba note
xylophone | melodic | mallets | xylo
kalimba | melodic | mallets | thumb piano, mbira
steel pan | melodic | mallets, metal percussion | steel drum, steelpan, steel pans
tubular bells | melodic | bells, bell, chimes | orchestral chimes
church bell | melodic | bell, bells | cathedral bell, big bell
bell | melodic | bells | bell tone, chime, ding
electric guitar | melodic | guitar | clean electric guitar, jazz guitar, muted guitar
distorted guitar | melodic | electric guitar, guitar | overdriven guitar, rock guitar, metal guitar
acoustic guitar | melodic | guitar | steel string guitar, folk guitar, twelve-string guitar
nylon guitar | melodic | acoustic guitar, guitar | classical guitar, spanish guitar, nylon string guitar
guitar chord | melodic | guitar, acoustic guitar, chord | strummed guitar, guitar strum
guitar | melodic | | gtr, guitar note
fret noise | fx | guitar noise | string squeak
ukulele | melodic | plucked strings | uke
mandolin | melodic | plucked strings | mandolin note
banjo | melodic | plucked strings | five-string banjo
sitar | melodic | plucked strings | indian sitar
tanpura | melodic | plucked strings, drone | tambura
koto | melodic | plucked strings | japanese zither
harp | melodic | plucked strings | concert harp
dulcimer | melodic | plucked strings | hammered dulcimer, santoor
plucked folk string | melodic | plucked strings | tagelharpa, lyre, folk lute
plucked string | melodic | plucked strings | pluck
violin | melodic | strings, bowed strings | solo violin, fiddle
viola | melodic | strings, bowed strings | solo viola
cello | melodic | strings, bowed strings | solo cello, violoncello
strings ensemble | melodic | strings, orchestra | string section, string ensemble, violins
pizzicato strings | melodic | strings, plucked strings | pizzicato, pizz
tremolo strings | melodic | strings | tremolo string section
synth strings | melodic | strings, synth | string machine, string synthesizer
strings | melodic | | bowed strings
trumpet | melodic | brass | muted trumpet, solo trumpet
trombone | melodic | brass | solo trombone
tuba | melodic | brass | bass tuba, euphonium
french horn | melodic | brass, horn | horns, orchestral horn
brass section | melodic | brass | horn section, brass ensemble, big band brass
synth brass | melodic | brass, synth | analog brass, brass synthesizer
brass | melodic | | horn
saxophone | melodic | woodwind, wind instrument | sax, alto sax, tenor sax, baritone sax
oboe | melodic | woodwind, wind instrument | solo oboe
english horn | melodic | woodwind, wind instrument | cor anglais
bassoon | melodic | woodwind, wind instrument | solo bassoon
clarinet | melodic | woodwind, wind instrument | solo clarinet
flute | melodic | woodwind, wind instrument | concert flute, solo flute
piccolo | melodic | woodwind, flute | piccolo flute
recorder | melodic | woodwind, flute | ocarina
pan flute | melodic | woodwind, flute | pan pipes, shakuhachi, bottle blow
woodwind | melodic | wind instrument | wind instrument note
bagpipe | melodic | woodwind, wind instrument | bagpipes, shanai
synth lead | melodic | lead, synth | saw lead, square lead, lead synthesizer
synth pad | melodic | pad, synth | warm pad, pad synthesizer, soft pad
synth pluck | melodic | pluck, synth | plucky synth, pluck synthesizer
synth stab | melodic | stab, synth, chord | rave stab, synth chord stab
chord stab | melodic | stab, chord | chord hit, stab hit
orchestra hit | melodic | stab, orchestra | orch hit, orchestral stab
synth fx | fx | synth, sound effect | synth effect, modular noise, synth sweep
chord | melodic | | chords, sustained chord
choir | vocal | voice, voices | aahs, oohs, vocal pad, choir singing
sung vocal | vocal | vocal, voice | singing, singing voice, vocals, sung phrase, vocal adlib
vocal chop | vocal | vocal, voice | vox chop, chopped vocal, vocal stab
spoken word | vocal | voice, vocal | speech, talking, spoken voice, announcer
shout | vocal | voice, vocal | yell, scream, grunt, hey
whisper | vocal | voice, vocal | whispering, whispered voice
laugh | vocal | voice, vocal | laughter, laughing
breath | vocal | voice | breathing, inhale, exhale, sigh
robot voice | vocal | voice, vocal | vocoder, robotic voice, robot speech
monster voice | vocal | creature, voice | zombie, monster growl, creature growl
whistling | vocal | whistle | human whistling
beatbox | vocal | percussion, vocal | mouth percussion, beatboxing
crowd | fx | people, ambience | crowd noise, chatter, audience
applause | fx | crowd, people | clapping crowd, audience clapping
riser | fx | sweep, transition | uplifter, build-up, rising sweep
downlifter | fx | sweep, transition | downer, falling sweep, downsweep
sweep | fx | transition, noise | noise sweep, filter sweep
whoosh | fx | sweep, transition | swoosh, swish, woosh, fly by
impact | fx | hit | cinematic impact, hit sound, thud, punch, metal hit, wood hit
explosion | fx | impact, boom | blast, detonation, bomb
laser | fx | zap, sci-fi | laser shot, blaster, ray gun, pew
blip | fx | interface sound, beep | bleep, menu sound, select sound, notification
beep | fx | blip, interface sound | tone beep
8-bit game sound | fx | blip, game sound | chiptune, coin pickup, power-up, game over
glitch | fx | noise, digital | glitch sound, digital error
noise | fx | static | noise burst, white noise, hiss, static noise
electric hum | fx | hum, noise | mains hum, buzz
vinyl crackle | fx | noise, lo-fi | record crackle, vinyl noise, needle noise, record dust
record scratch | fx | scratch, dj | vinyl scratch, turntable scratch, dj scratch
whip | fx | crack, percussion | whip crack, slapstick
tape stop | fx | transition | slow down, vinyl stop
click | fx | tick | mouse click, metronome, metronome click
switch | fx | click, foley | button click, toggle, lever, lock
camera click | fx | click, foley | camera shutter
pop | fx | foley | balloon pop, cork pop
bubbles | fx | water | bubble, bubbling
boing | fx | cartoon | spring, jaw harp
squeak | fx | foley | squeaky toy, squeal, rubber squeak
creak | fx | foley, door | creaking wood, creaking door
door | fx | foley | door slam, door closing, door opening
glass | fx | foley | glass break, breaking glass, glass clink, shattering glass
crack | fx | foley | cracking, snapping wood, breaking
scrape | fx | foley | scraping, dragging
rustle | fx | foley | cloth rustle, leaves rustling
paper | fx | foley | page turn, paper tear, book
zipper | fx | foley | zip
scissors | fx | foley | cutting, snip
coins | fx | foley, metal | coin, coin drop, money
keys | fx | foley, metal | key jingle, keychain, lock pick
digging | fx | foley | shovel, digging earth
eating | fx | foley | munch, chewing, bite, crunch
footstep | fx | foley, steps | footsteps, walking, step
foley | fx | | foley hit, prop noise
gunshot | fx | gun, weapon | gun shot, pistol, rifle, shot
gun reload | fx | gun, weapon, mechanical | reload, gun cock, loading a gun
ricochet | fx | gun, bullet | bullet ricochet
engine | fx | motor, vehicle | car engine, motor running, helicopter, airplane
machine | fx | mechanical, motor | machinery, elevator, pump, compressor, printer
alarm | fx | warning | siren, car horn, warning signal, buzzer
siren | fx | alarm | police siren, air raid siren
telephone | fx | ringing | phone, phone ring, telephone ring
clock | fx | tick | clock tick, ticking clock
dog | nature | animal | dog bark, barking, puppy
cat | nature | animal | meow, cat meow
cow | nature | animal, other animal | moo
sheep | nature | animal, other animal | baa, goat
frog | nature | animal, other animal | croak
bird | nature | animal | birdsong, chirp, bird tweet, birds
insect | nature | animal | cricket, bee, insect buzz, cicada, fly
other animal | nature | animal | animal sound, roar, growl
water | nature | liquid | stream, pouring water, water drip, river
water drop | nature | water, liquid | drip, drop
splash | nature | water | water splash, dive
rain | nature | weather, ambience | rainfall, rain shower
thunder | nature | weather, storm | thunderclap, lightning
wind | nature | weather, ambience | howling wind, breeze, gust
sea waves | nature | water, ambience | ocean waves, surf, ocean, seashore
fire | nature | crackling | campfire, fire crackle, flames
sizzle | fx | steam, foley | sizzling, steam hiss, frying
city ambience | fx | ambience, background | traffic, street noise, urban ambience
room tone | fx | ambience, background | air conditioning, room noise, ventilation
ambient drone | fx | drone, ambience | dark drone, atmosphere, texture
"""

# other names of synthesized sounds: the label
_RENAMED = {
    "maracas": "maraca",
    "steel drum": "steel pan",
    "ocean waves": "sea waves",
    "cat meow": "cat",
    "dog bark": "dog",
    "clock tick": "clock",
    "coin": "coins",
    "fire crackle": "fire",
    "vinyl scratch": "record scratch",
    "spoken voice": "spoken word",
    "stream": "water",
    "drum sticks": "stick click",
    "drum roll": "snare roll",
    "log drum": "slit drum",
    "metal hit": "metal percussion",
    "ride cymbal loop": "cymbal loop",
    "closed hi-hat loop": "hi-hat loop",
    "open hi-hat loop": "hi-hat loop",
}


@cache
def table() -> dict[str, LabelEntry]:
    """Return the entry of every label."""
    entries = {}
    for row in _TABLE.strip().splitlines():
        name, family, wider, aliases = (cell.strip() for cell in row.split("|"))
        entries[name] = LabelEntry(family, _words(wider), _words(aliases))
    return entries


def canonical(kind: str) -> str:
    """Return the label of what a sound calls itself; ValueError for what the table does not know."""
    label = _RENAMED.get(kind, kind)
    if label not in table():
        raise ValueError(f"training/labels.py has no label {kind!r}")
    return label


def _words(cell: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in cell.split(",") if word.strip())
