// Made-up visitors of a made-up shop for batik, for pictures that look like a day at work.

/** The thread that is opened: who says what, `agent` or `visitor`. */
export const LONG_DIALOGUE = [
  ['visitor', 'Good morning! Is the indigo shirt with the parang pattern there in L?'],
  ['agent', 'Good morning. In L we have two left, in M and XL more.'],
  ['agent', 'Shall I keep one aside for you until tonight?'],
  ['visitor', 'Yes please. Can I pick it up in the shop in Solo?'],
  ['agent', 'You can: Jalan Slamet Riyadi 275, we are open until eight.'],
  ['visitor', 'Perfect. One more thing, it is a present'],
  ['visitor', 'Would you wrap it?'],
  ['agent', 'With pleasure. In plain paper, or in a piece of printed cotton for 20,000 more?'],
  ['visitor', 'The cotton sounds lovely. And could you put in a card?'],
  [
    'agent',
    'Of course. Write the words here and I copy them by hand:\n\n**To** whom\n**From** whom\nand what it should say.',
  ],
  ['visitor', 'To Bapak Hartono, from Laras.\nHappy birthday, and many more quiet mornings on the veranda.'],
  ['agent', 'Written. It waits for you under the name Laras; the care instructions are at https://batik.example/care'],
  ['visitor', 'You are wonderful, thank you 🙏'],
]

/** Others who write at the same time: name, page, words. */
export const VISITORS = [
  ['Budi Santoso', 'Track an order', 'Where is my order 20417? The link says "in Semarang" since Tuesday.'],
  ['Emily Carter', 'Shipping abroad', 'Do you ship to New Zealand, and what would two shirts cost?'],
  ['Made Wirawan', 'Sarong, sogan brown', 'Is the brown of the sarong the same as in the second photo?'],
  ['Siti Rahmawati', 'Checkout', 'Pembayaran saya gagal dua kali, padahal saldo cukup.'],
  ['Lukas Brandt', 'Size guide', 'I am 1.92 m tall. Is XL long enough?'],
  ['Nadia Putri', 'Wholesale', 'We would like 40 shirts for an office in Bandung, with a small logo.'],
  ['ليلى حداد', 'Scarves', 'هل يتوفر الوشاح باللون الأخضر؟'],
  ['Chen Wei', 'Returns', 'I would like to change the size, the tags are still on.'],
  ['Yohana Tan', 'Workshop on Saturday', 'Are there two places left in the workshop on Saturday?'],
  ['Raka Prasetyo', 'Napkins', 'How many napkins come in a set?'],
  ['Ingrid Solheim', 'Care', 'Can I wash it with other dark things the first time?'],
  ['Agus Wijaya', 'Gift cards', 'The gift card code says it has been used, but I only got it yesterday.'],
]

/** First names for a list long enough to scroll. */
export const MORE_NAMES = [
  'Dewi',
  'Joko',
  'Kartika',
  'Hendra',
  'Maya',
  'Fajar',
  'Ratna',
  'Bayu',
  'Citra',
  'Galih',
  'Putu',
  'Wulan',
  'Arif',
  'Tika',
  'Yusuf',
  'Sari',
]
