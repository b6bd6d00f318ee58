// Made-up visitors of the demo page's coffee roaster, for pictures that look like a day at work.

/** The site's name, as on the demo page. */
export const SITE_NAME = 'Kopi Pagi'

/** The thread that is opened: who says what, `agent` or `visitor`. */
export const LONG_DIALOGUE = [
  ['visitor', 'Good morning! Is the Manggarai honey still from this week?'],
  ['agent', 'Good morning. It is: roasted on Tuesday, we have nine bags left.'],
  ['agent', 'Shall I keep one aside for you until tonight?'],
  ['visitor', 'Two please. Can I pick them up in the shop?'],
  ['agent', 'You can, we are open until six. Whole beans, or ground for something?'],
  ['visitor', 'One whole, one ground for a V60.'],
  ['visitor', 'One more thing: it is a present. Would you wrap it?'],
  ['agent', 'With pleasure. In plain paper, or in a piece of printed cotton for 2.50 more?'],
  ['visitor', 'The cotton sounds lovely. And could you put in a card?'],
  [
    'agent',
    'Of course. Write the words here and I copy them by hand:\n\n**To** whom\n**From** whom\nand what it should say.',
  ],
  ['visitor', 'To Hartono, from Laras.\nHappy birthday, and many more quiet mornings on the veranda.'],
  ['agent', 'Written. It waits for you under the name Laras; how to store it is at https://kopipagi.example/store'],
  ['visitor', 'You are wonderful, thank you'],
]

/** Others who write at the same time: name, page, words. */
export const VISITORS = [
  ['Budi Santoso', 'Track an order', 'Where is my order 20417? The link says "in Semarang" since Tuesday.'],
  ['Emily Carter', 'Shipping abroad', 'Do you ship to New Zealand, and what would four bags cost?'],
  ['Made Wirawan', 'Bajawa, washed', 'Is the Bajawa lighter than the one from last month?'],
  ['Siti Rahmawati', 'Checkout', 'Pembayaran saya gagal dua kali, padahal saldo cukup.'],
  ['Lukas Brandt', 'Grind sizes', 'Which grind for a moka pot of six cups?'],
  ['Nadia Putri', 'Wholesale', 'We would like eight kilos a month for an office in Bandung.'],
  ['ليلى حداد', 'Beans', 'هل يتوفر البن المطحون للقهوة التركية؟'],
  ['Chen Wei', 'Returns', 'I ordered ground by mistake, the bag is still closed.'],
  ['Yohana Tan', 'Cupping on Saturday', 'Are there two places left at the cupping on Saturday?'],
  ['Raka Prasetyo', 'Filters', 'How many filters come in a box?'],
  ['Ingrid Solheim', 'Subscription', 'Can I pause my subscription for August?'],
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
