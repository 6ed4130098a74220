"""Patterns that announce a personal detail, in Dutch, English, Turkish, Arabic and Darija. Data for bot/masking.py, read by people.

A pattern with a group hides the group; one without hides all of it. (?-i:...) marks what must be written with a capital: in Turkish, Dutch and
English a name mid-sentence has one, and without it "mijn dochter huilt" would lose its verb.

Each pattern reads any text in time that grows with its length alone, or one message could hold everybody up: what repeats is possessive
(`++`, gives nothing back), starts at the start of a word only, or has an upper bound; and no two branches can read the same words.
"""

from __future__ import annotations

import re

ANY = re.IGNORECASE
_CAP = r"(?-i:[A-ZÀ-ÖØ-ÞÇĞİÖŞÜ])"
_LETTERS = r"[\w'’-]"
_BETWEEN = r"(?:van|de|der|den|el|al|ben|bin|ten|ter) (?=[^\W\d_])"
_NAME = rf"{_LETTERS}{{1,60}}+(?: (?:{_BETWEEN}{_LETTERS}{{1,60}}+|(?!{_BETWEEN}){_CAP}{_LETTERS}{{1,60}}+)){{0,5}}"  # any case, then more with a capital
_SMALL = r"(?:(?-i:van|de|der|den|el|al) ){0,3}"
_PROPER = rf"{_SMALL}{_CAP}(?-i:[^\W\d_A-Z]){_LETTERS}{{0,60}}+(?: {_SMALL}{_CAP}{_LETTERS}{{1,60}}+){{0,5}}"
_ARABIC = r"[\u0621-\u064a]+(?: (?:ال|بن |بنت |أبو )[\u0621-\u064a]+)?"

DATE = re.compile(r"\b(?:\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)?\d\d|(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2})(?:[ T]+\d{1,2}\b(?!\d))?")
IBAN = re.compile(r"\b[A-Z]{2} ?\d{2}(?: ?[A-Z]{4})?(?: ?\d){8,26}\b", ANY)
DIGITS = re.compile(r"(?<![\w.,:€$])[+(]?\d(?:[ .\-/()]{0,2}\d){7,18}(?![\d:])")
SERVICE = re.compile(r"0(?:031)?(?:800|900|906|909)\d{4,7}$|116\d{3}$|14\d{2,4}$")  # help lines and other numbers that belong to nobody
MONEY = re.compile(r"\s*(?:euro|eur\b|€|lira|tl\b|dirham|dh\b|dollar|يورو|ليرة|درهم)", ANY)

PLATFORM = re.compile(
    r"snap|insta|tik ?tok|telegram|discord|facebook|whats|signal|user ?name|gebruikersnaam|account|nickname|kullanıcı|kullanici|hesab|سناب|انستا|إنستا|حساب|تيك|تلغرام|تليغرام", ANY
)
ACCOUNT_LIKE = re.compile(r"\b[a-z][a-z._]{2,60}\d{2,}[a-z._]{0,60}\b|\b[a-z]\w*\.[a-z]\w*\b|\b[a-z]+\d{2,}[a-z]+\b", ANY)

_SITE_ENDS = r"nl|com|net|org|link|io|ru|app|tv|eu|info|xyz|cc|gg|ly|example|onion|site|online|club|live|chat"
_PLATFORM_NAME = r"(?:snap(?:chat)?|insta(?:gram)?|tik ?tok|telegram|discord|user ?name|gebruikersnaam|account(?:naam)?|nick(?:name)?|kullanıcı adı|hesabı|سناب|انستا|إنستا|حسابه|حسابها|حسابي)"
_STREET = r"(?:straat|laan|gracht|kade|dijk|singel|steeg|dreef|plantsoen|plein|hof|weg|pad|markt|park|ring|baan|kanaal|oord|akker|veld|burg)"
WHOLE = tuple(
    re.compile(p, ANY)
    for p in (
        r"(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)+",
        r"(?<![\w.+-])[\w.+-]++ ?(?:\(at\)|\[at\]| at | apenstaartje | et )\s?[\w-]++ ?(?:\.| dot | punt | nokta )\s?(?:com|nl|net|org|be)\b",
        r"\b(?:https?://|www\.)\S+",
        r"\b(?:t\.me|wa\.me|snapchat\.com|instagram\.com|tiktok\.com|discord\.gg|youtu\.be)/\S+",
        rf"(?<![\w-])(?<![\w-]\.)[\w-]++(?:\.[\w-]++)*\.(?:{_SITE_ENDS})\b(?:/\S*)?",
        r"(?<![\w-])[\w-]++\.(?:be|de|tr|ma|me|to)/\S+",
        r"(?<!\w)@[\w.]{2,}",
        r"\b(?=\w*[^\W\d_])\w+_\w+\b",  # nobody writes an underscore outside an account
        rf"\b{_PLATFORM_NAME}(?: ?(?:naam|name|adı))?(?: is| heet|:| =|:? als) ((?=\S*[._\d])[\w.]+)",
        r"\b(?:\d{1,3}\.){3}\d{1,3}\b",
        rf"(?:\b(?:van|de|der|den|het|ter) ){{0,3}}\b(?!onderweg|halfweg|bijbaan|heelhof)[^\W\d_]{{3,}}{_STREET}\s+\d{{1,4}} ?[a-z]?\b(?!\s*(?:min|uur|jaar|dag|keer|euro|x\b|maand|we+k))",
        rf"\b(?:woon\w*|wonen|adres|straat)\b[^.!?]{{0,12}}?\b((?!onderweg|bijbaan)[^\W\d_]{{3,}}{_STREET})\b",
        r"\b[1-9]\d{3} (?!(?:IK|IN|IS|OM|OP|EN|HIJ|ZE|WE|ER|AL|NA|JA|OF|TE|EK)\b)(?-i:[A-Z]{2})\b|\b(?!(?:19|20)\d\d)[1-9]\d{3}[a-z]{2}\b",
        rf"\b\d{{1,4}}[a-z]? {_CAP}[\w'-]+ (?:street|road|lane|avenue|drive|close|square)\b",
        rf"{_CAP}[\w'.-]{{1,60}}+(?: {_CAP}[\w'.-]{{1,60}}+){{0,4}} (?:sokak|sokağı|sok|sk|caddesi|cad|cd|mahallesi|mah|bulvarı)\b\.?(?:[ ,]*(?:no|numara)[ :.]*\d+[a-z]?)?",
        r"(?<![\u0621-\u064a])شارع [\u0621-\u064a]+(?: [\u0621-\u064a]+)?(?: رقم)? ?[\d\u0660-\u0669]*",
        r"(?:geboren(?: op)?|geboortedatum(?: is)?:?|born(?: on)?|date of birth:?|doğum tarihi\w*:?|مواليد|تاريخ (?:ال)?ميلاد\w*)\s+(\d{1,2}[-/. ]\w{1,9}[-/. ]\d{2,4})",
        rf"(?:{_CAP}[\w'-]{{1,60}}+ ){{1,3}}(?-i:College|Lyceum|Gymnasium|Scholengemeenschap|High School|Lisesi)\b",
    )
)

_KIN_NL = r"(?:dochter|zoon|zus|zusje|broer|broertje|nicht|nichtje|neef|neefje|vriendin|vriend|vriendje|man|vrouw|kind|leerling|cliënt|client|collega|mentor|meneer|mevrouw|mevr|dhr|mw|juf|meester|tante|oom|buurjongen|buurmeisje|klasgenoot)"
_KIN_EN = r"(?:daughter|son|sister|brother|niece|nephew|cousin|friend|girlfriend|boyfriend|husband|wife|student|pupil|client|colleague|mr|mrs|ms|miss|aunt|uncle)"
_KIN_TR = r"(?:kız(?:ım|ı)|kiz(?:im|i)|oğlu(?:m)?|oglu(?:m)?|kardeşim|kardesim|ablam|abim|ağabeyim|yeğenim|eşim|kocam|karım|öğrencim|arkadaşım|kuzenim|amcam|dayım|teyzem|halam)"
NAMED = tuple(
    re.compile(p, ANY)
    for p in (
        # Dutch
        rf"\b(?:mijn|zijn|haar|de|hun|jullie)? ?(?:voor|achter)?naam (?:is|:|=) ?({_NAME})",
        rf"\b(?:ik|hij|zij|ze|die|jongen|meisje|man|vrouw|kind|{_KIN_NL}) heet(?:te)? ({_NAME})",
        rf"\b(?:genaamd|noem (?:me|mij|hem|haar)(?: maar| gewoon)?) ({_NAME})",
        rf"\b(?:mag|kunt|kan) (?:je |u )?(?:me|mij|hem|haar) ({_NAME}) noemen",
        rf"\bik ben ({_PROPER})",
        rf"\b(?:{_KIN_NL}|(?:mevr|dhr|mw|mr)\.) ({_PROPER})",
        # English
        rf"\b(?:name(?:'s| is| was|:)|i(?:'m| am) called|named) ({_NAME})",
        rf"\b(?:called|call me|this is|i'm|i am) ({_PROPER})",
        rf"\b(?:{_KIN_EN}|(?:mrs?|ms)\.) ({_PROPER})",
        # Turkish
        rf"\b(?:benim )?(?:ad[ıi]m|ismim) ({_NAME})",
        rf"(?:\b(?:onun|çocuğun|kızın|oğlanın|adamın|kızımın|oğlumun|kadının|cocugun|kizin|kizimin|oglumun)) (?:ad[ıi]|ismi) ({_NAME})",
        rf"({_PROPER}) (?:ad[ıi]nda|isimli|adl[ıi]|diye bir)",
        rf"\b{_KIN_TR} ({_PROPER})",
        # Arabic and Darija
        rf"(?:اسمي|إسمي|اسمه|إسمه|اسمها|إسمها|يدعى|تدعى|اسمو|سميتي|سميتو|سميتها|سميته) ({_ARABIC})",
        rf"\b(?:smiti|smyti|smito|smitou|smyto|smitha|smytha|smithom|ismi|ismo|ismha) ({_NAME})",
    )
)

# Words that follow these phrases and are no name.
_NO_NAMES = """
geen niet dat dit het de een die wat hoe zo ook nu wel er ik je jij hij zij ze we wij en of is was in op van voor met heel erg bang boos moe verdrietig eigenlijk gewoon onbekend anoniem
sextortion grooming sexting snapchat instagram tiktok whatsapp telegram facebook discord youtube google noor qpido helpwanted meldknop politie halt
marokkaans marokkaan marokkaanse turks turk turkse nederlands nederlander nederlandse hindoestaans hindoestaanse syrisch syrische surinaams surinaamse moslim moslima islamitisch christen christelijk hindoe
moeder vader ouder docent leraar mentor oma opa zus broer tante oom jongen meisje man vrouw slachtoffer
weg kapot getagd zonder bekend besmeurd zwart heeft wil gaat kan durft huilt moet zegt weet krijgt stuurt doet komt wordt werd had zit staat heet mag
a an the not no so very just also scared afraid angry sorry worried sad ok okay fine here there and or is was in on at it that this what how back when who by from
dutch moroccan turkish surinamese syrian arab hindu hindustani muslim christian jewish english british
dirty damaged dead gone shared ruined mud our my your his her their mother father parent teacher mum mom dad has will wants can won't isn't
adım adim ne nedir neydi ve ama ben bir bu şu o da de çok değil yok var mi mı mu mü acaba
planı plani listesi nasıl nasil once önce atarim atarım atmalı yazılsın yazilsin yazilir geçmesin gecmesin geçiyor numaram soyadim soyadım kagida lazım lazim türkiye fas hollanda suriye insta ifşa lekelendi durakta vermeden
türk türküm türkçe müslüman müslümanım hollandalı hollandalıyım faslı korkuyorum üzgünüm
ولا ما مش ليس في على من مع عن هذا هذه هاد هادي هادشي شي مستعار معروف وعنواني وعنوانها وعنوانه ورقمي ورقمها ورقمه وصورتي وصورتها وصورته ومدرسته ومدرستها وشارعنا واسم واسمي وفتح الكامل الحقيقي ايه ايش كل هيج هيك رح يوصل للمتهم عيب هناك عند صار بكل هالنوع غروم غرومنغ سكس بالبيت غير كان يكون و أو لا هو هي
hadchi had chi hada hadi dyal dyali dyalo f fi o wla machi
"""  # Dutch, English, Turkish, Arabic and Darija
NO_NAMES = frozenset(_NO_NAMES.split())
