/** The users of the seeded world, with their bios. */
export const PEOPLE: [username: string, bio: string | null][] = [
  ['mira', 'Gardens on rooftops. Tomatoes mostly.'],
  ['jonas_k', 'Baut Fahrräder, repariert Radios, kocht Suppe.'],
  ['aiko', '写真と電車と雨の日。'],
  ['tomas', 'Ingeniero de día, panadero de noche.'],
  ['leila_b', 'Librarian. I will recommend you a book.'],
  ['oskari', 'Järviä, saunaa ja avointa lähdekoodia.'],
  ['camille', 'Traductrice. Trois langues et demie.'],
  ['dev_rao', 'Databases, chai, long walks. भाषाएँ भी।'],
  ['noor', 'أكتب عن المدن القديمة والخرائط.'],
  ['bruno', 'Surf, código e café, nessa ordem.'],
  ['wei', '做饭，写代码，养猫。'],
  ['ingrid', 'Ornithologist. Mostly gulls, honestly.'],
  ['sam_o', 'Teacher. Maths is a language, too.'],
  ['paola', 'Restauro mobili e vecchie storie.'],
  ['yusuf', null],
  ['freya', 'Knits while tests run. 🧶'],
  ['marek', 'Szachy, góry, kompilatory.'],
  ['chidi', 'Asking too many questions since 1994.'],
  ['hana', 'Ceramics and concurrency.'],
  ['lukas', 'Nachtzug-Fan. Fensterplatz.'],
  ['ana_m', 'Oceanographer on dry land.'],
  ['theo', null],
  ['zoe', 'Synths, soldering, sunsets.'],
  ['arjun', 'Map nerd. Every street has a reason.'],
];

/** The first posts of threads. */
export const POSTS: [title: string | null, content: string, tags: string[]][] = [
  [
    'The night train to Narvik',
    'Twenty hours, one window, and a thermos that held. Somewhere past midnight the trees simply stop. If you can, take the lower bunk: you see the snow at eye level.',
    ['travel', 'trains'],
  ],
  [
    null,
    'First ripe tomato of the year. It is the size of a thumb and I have never been prouder.',
    ['garden'],
  ],
  [
    'Warum ich wieder Papierlisten schreibe',
    'Drei Apps, zwei Kalender, null Überblick. Seit Montag liegt ein Zettel auf dem Tisch. Er synchronisiert sich nicht, und genau das ist das Gute daran.',
    ['alltag'],
  ],
  ['雨の駅', '終電のあと、ホームに残るのは雨の音だけ。三十分待って、一枚だけ撮れた。', ['photo', 'trains']],
  [
    'Masa madre para impacientes',
    'Harina, agua y cinco días de dudas. El truco no es la receta: es aceptar que el sexto día huele a yogur y que eso está bien.',
    ['pan', 'cocina'],
  ],
  [
    'An index is a promise',
    'Spent the morning on a query that took two seconds. The fix was one line of SQL, and the other three hours were about understanding why nobody had written it.',
    ['postgres', 'databases'],
  ],
  [null, 'Sauna ensin, sähköpostit sitten.', ['sauna']],
  [
    'Traduire « cosy »',
    'Douillet ? Chaleureux ? Aucun ne dit la couverture, la pluie dehors et le thé trop infusé. J’ai fini par garder la phrase entière.',
    ['langues'],
  ],
  [
    'Old maps of Baghdad',
    'في خريطة من القرن التاسع، المدينة دائرة كاملة. أربعة أبواب، وشارع لكل حرفة. أفكر فيها كلما ضعت في مدينة جديدة.',
    ['maps', 'history'],
  ],
  [null, 'O mar hoje estava de vidro. Saí da água com mais perguntas do que entrei.', ['surf']],
  ['番茄炒蛋', '糖要先放，蛋要后放，妈妈的话要听。', ['cocina', 'recipes']],
  [
    'Gulls, again',
    'Counted 412 herring gulls before breakfast. One of them counted me back, I am sure of it. #gulls',
    ['birds'],
  ],
  [
    'Fractions are just fair sharing',
    'Today a pupil explained one third of a half with a chocolate bar and no help from me. I have nothing to add to the lesson.',
    ['teaching', 'maths'],
  ],
  [null, 'Un cassetto che si blocca non è rotto: ricorda soltanto l’umidità del 1961.', ['restauro']],
  [null, 'Tests are green, scarf is 40 cm longer. Correlation established. 🧶', ['knitting', 'testing']],
  [
    'Tatry w listopadzie',
    'Mgła do dziesiątej, potem słońce i nikogo na szlaku. Zabierzcie raczki, nawet jeśli prognoza mówi, że nie trzeba.',
    ['mountains', 'travel'],
  ],
  [null, 'What is a question that nobody ever asks you, but that you would love to answer?', ['questions']],
  [
    'Two phase commit, two phase glaze',
    'You fire once so that it holds, and again so that it shines. If the second firing fails you still have a bowl. I wish our deploys were as kind.',
    ['ceramics', 'databases'],
  ],
  ['चाय और इंडेक्स', 'दोनों में एक ही बात है: थोड़ी देर पहले तैयार कर लो, बाद में सब आसान।', ['databases']],
  [
    'Listening to the tide gauge',
    'A sensor on the pier writes one number a minute since 1987. Played at sixty thousand times its speed, it hums in B flat.',
    ['ocean', 'sound'],
  ],
  [null, 'Soldered the filter board twice. The second time with the iron switched on.', ['synths']],
  [
    'Why that street bends',
    'There was an orchard. The wall went, the owner went, the trees went, and for two hundred years everyone has kept walking around it.',
    ['maps', 'cities'],
  ],
  [
    'Fensterplatz',
    'Zwischen Villach und Udine liegen elf Tunnel. Wer bei jedem kurz die Augen schließt, kommt ausgeruht an.',
    ['trains', 'travel'],
  ],
  [null, 'Recommend me a novel in which nothing happens, beautifully.', ['books', 'questions']],
];

export const REPLIES = [
  'This made my morning.',
  'Genau so.',
  'Do you have a picture of it? @aiko would want to see it. #photo',
  'わかります。',
  '¡Quiero probarlo!',
  'I disagree, but kindly: have you tried it the other way round?',
  'Merci pour ça.',
  'Saving this for the weekend.',
  'Mesma coisa aqui.',
  'How long did it take you?',
  '好想试试！',
  'My grandmother said exactly this.',
  'Hyvin sanottu, @mira!',
  'Could you write more about it? I know that @leila_b would put it on her list. #books',
  'أحسنت.',
  'I laughed out loud on the tram. 😄',
  'Zgadzam się w stu procentach.',
  'Counterpoint: soup.',
];

export const DRAFTS = [
  'Notes for later: the light at seven, the bell, the dog that waits.',
  'Entwurf. Nicht fertig. Nicht einmal angefangen.',
  'Una idea para el verano, todavía sin título.',
];
