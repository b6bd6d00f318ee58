// The words about e-mail, in every language there is a pack for: they come with the code that says them.

import type { WidgetConfig } from '../config.ts'

const en = {
  mailWhy: 'We may be away for a while. Leave your e-mail address and the answer reaches you there.',
  mailField: 'Your e-mail address',
  mailKeep: 'Save',
  mailDismiss: 'Not now',
  mailWrong: 'Please check the address: it should look like name@example.com.',
  mailFailed: 'The address could not be saved. Please try again later.',
  mailKeeping: 'Saving {text} …',
  mailGiven: 'We will write to {text}',
  mailChange: 'change',
  linkSpent: 'This link has been used already or has expired. Answer the e-mail, or take the link of a newer one.',
  linkFailed: 'The link could not be opened just now. Please open it again in a moment.',
}

export type MailWords = { readonly [Name in keyof typeof en]: string }

const PACKS: Readonly<Record<string, MailWords>> = {
  id: {
    mailWhy: 'Kami mungkin sedang tidak di tempat. Tinggalkan alamat email Anda, dan jawabannya sampai di sana.',
    mailField: 'Alamat email Anda',
    mailKeep: 'Simpan',
    mailDismiss: 'Nanti saja',
    mailWrong: 'Periksa alamatnya: bentuknya seperti nama@example.com.',
    mailFailed: 'Alamat tidak dapat disimpan. Coba lagi nanti.',
    mailKeeping: 'Menyimpan {text} …',
    mailGiven: 'Kami akan menulis ke {text}',
    mailChange: 'ubah',
    linkSpent:
      'Tautan ini sudah dipakai atau sudah kedaluwarsa. Balas emailnya, atau pakai tautan di email yang lebih baru.',
    linkFailed: 'Tautan tidak dapat dibuka saat ini. Buka lagi sebentar lagi.',
  },
  ar: {
    mailWhy: 'قد نغيب لبعض الوقت. اترك عنوان بريدك الإلكتروني ليصلك الرد هناك.',
    mailField: 'عنوان بريدك الإلكتروني',
    mailKeep: 'حفظ',
    mailDismiss: 'ليس الآن',
    mailWrong: 'تحقّق من العنوان: يجب أن يكون مثل name@example.com.',
    mailFailed: 'تعذّر حفظ العنوان. حاول مرة أخرى لاحقًا.',
    mailKeeping: 'جارٍ حفظ {text} …',
    mailGiven: 'سنكتب إليك على {text}',
    mailChange: 'تغيير',
    linkSpent: 'استُخدم هذا الرابط من قبل أو انتهت صلاحيته. يمكنك الرد على رسالة البريد أو فتح رابط رسالة أحدث.',
    linkFailed: 'تعذّر فتح الرابط الآن. افتحه مرة أخرى بعد قليل.',
  },
}

/** The language's words, with the site's own over them. */
export const toMailWords = (language: string, own: WidgetConfig['texts']): MailWords => ({
  ...en,
  ...PACKS[language],
  ...own,
})
