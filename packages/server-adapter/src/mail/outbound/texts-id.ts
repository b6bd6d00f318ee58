import type { MailTexts } from './texts.ts'

/** Indonesian. */
export const id: MailTexts = {
  fromName: '{agent} dari {site}',
  subject: 'Percakapan Anda dengan {site}',
  replyTitle: 'Pesan baru dari {name}',
  resume: 'Lanjutkan di obrolan',
  replyHint: 'Atau cukup balas email ini.',
  earlier: 'Sebelumnya dalam percakapan ini',
  you: 'Anda',
  reason: 'Anda menerima email ini karena meninggalkan alamat email di obrolan {site}.',
  unsubscribe: 'Berhenti menerima email tentang percakapan ini',
  confirmSubject: 'Konfirmasi alamat email Anda untuk {site}',
  confirmTitle: 'Apakah ini alamat Anda?',
  confirmBody:
    'Alamat ini dimasukkan di obrolan {site} untuk menerima jawaban lewat email. Jika itu Anda, silakan konfirmasi.',
  confirmCode: 'Masukkan kode ini di obrolan:',
  confirmButton: 'Konfirmasi alamat ini',
  confirmHolds: 'Berlaku selama {time}.',
  confirmNotYou: 'Jika bukan Anda, abaikan saja: tanpa konfirmasi, tidak ada jawaban yang dikirim ke sini.',
  transcriptTitle: 'Percakapan Anda dengan {site}',
  transcriptReason: 'Anda meminta salinan ini di obrolan {site}.',
  quoted: 'Pada {date}, {name} menulis:',
  stopAsk: 'Hentikan email tentang percakapan ini? Jawaban tetap dapat Anda baca di situs.',
  stopButton: 'Hentikan email',
  stopDone: 'Selesai. Anda tidak lagi menerima email tentang percakapan ini.',
  stopGone: 'Tautan ini sudah tidak berlaku.',
}
