// The words of many languages by which mail programs mark what is not the writer's: "wrote", the labels of a copied
// head, "Sent from my …", the close of a letter. All in lower case, without the punctuation around them.

/** The verb in "On …, … wrote:". Scripts without spaces between words are looked for anywhere, the others as a word. */
export const WROTE_WORDS: ReadonlySet<string> = new Set(
  `wrote writes écrit schrieb scritto escribió escreveu schreef skrev kirjoitti napisał napisał(a) napisała pisze napsal
  napsala napsal(a) írta писал писала написал написала пишет написав пише yazdı scris scrie έγραψε написа napísal
  napisao napisala pisal viết menulis`.split(/\s+/),
)

/** The verbs that are followed by the name. */
export const WROTE_BEFORE_NAME: ReadonlySet<string> = new Set(['schrieb', 'skrev', 'schreef'])

export const WROTE_SIGNS: readonly string[] = [
  '写道',
  '寫道',
  'のメッセージ',
  '書きました',
  '작성',
  '썼습니다',
  'كتب',
  'כתב',
  'เขียน',
]

/** How the line begins that says when the quoted mail was written. */
export const OPENING_WORDS: ReadonlySet<string> = new Set(
  'on le am em el il in op den pe w dnia la dne den tarihinde в у на 在 於 dana dňa pada vào στις'.split(' '),
)

export type HeadLabel = 'from' | 'date' | 'to' | 'cc' | 'subject'

/** The labels of a mail's head as programs copy it above the mail they quote. */
export const HEAD_LABELS: ReadonlyMap<string, HeadLabel> = new Map(
  Object.entries({
    from: `from von de da van fra från lähettäjä od от desde kimden gönderen feladó från expéditeur mittente remitente
      afzender 发件人 寄件者 寄件人 差出人 送信者 보낸_사람 보낸사람 מאת من από nadawca отправитель від dari 发送人`,
    date: `sent date gesendet datum envoyé envoyé_le date_d'envoi data inviato enviado enviada enviado_el enviado_em
      enviada_em fecha verzonden sendt dato skickat lähetetty päivämäärä wysłano отправлено дата gönderildi
      gönderilme_tarihi tarih odesláno dátum elküldve trimis 发送时间 日期 寄件日期 送信日時 日時 보낸_날짜 날짜 일시 נשלח
      التاريخ ημερομηνία надіслано message_du dikirim tanggal`,
    to: `to an à a para aan til till vastaanottaja do кому kime alıcı címzett către komu destinataire destinatario
      empfänger 收件人 宛先 받는_사람 받는사람 אל إلى προς adresat получатель kepada`,
    cc: `cc kopie copie copie_à copia kopi kopia копия bilgi másolat 抄送 副本 참조 עותק kopio`,
    subject: `subject betreff objet sujet oggetto asunto assunto onderwerp emne ämne aihe temat тема konu tárgy subiect
      předmět predmet 主题 主旨 件名 제목 נושא الموضوع θέμα subyek perihal`,
  } satisfies Record<HeadLabel, string>).flatMap(([label, words]) =>
    words.split(/\s+/).map((word): [string, HeadLabel] => [word.replaceAll('_', ' '), toLabel(label)]),
  ),
)

function toLabel(text: string): HeadLabel {
  return text === 'from' || text === 'date' || text === 'to' || text === 'cc' ? text : 'subject'
}

/** What stands between the dashes of "----- Original Message -----"; one of these is enough. */
export const ORIGINAL_WORDS: readonly string[] = [
  'original',
  'forwarded',
  'message',
  'nachricht',
  'besked',
  'melding',
  'meddelande',
  'bericht',
  'mensaje',
  'mensagem',
  'messaggio',
  'wiadomość',
  'сообщени',
  'повідомлення',
  'viesti',
  'zpráva',
  'správa',
  'üzenet',
  'mesaj',
  'pesan',
  'ileti',
  '邮件',
  '郵件',
  'メッセージ',
  '메시지',
]

/** A line of its own above a forwarded mail. */
export const FORWARD_LINES: ReadonlySet<string> = new Set([
  'begin forwarded message',
  'anfang der weitergeleiteten nachricht',
  'début du message transféré',
  'début du message réexpédié',
  'inizio messaggio inoltrato',
  'inicio del mensaje reenviado',
  'início da mensagem reencaminhada',
  'início da mensagem encaminhada',
  'begin doorgestuurd bericht',
  'vidarebefordrat brev',
  'videresendt besked',
  'videresendt melding',
  'начало переадресованного сообщения',
])

/** How the line begins that a telephone or a program adds below a mail. */
export const SENT_FROM: readonly string[] = [
  'sent from ',
  'sent via ',
  'sent with ',
  'get outlook for ',
  'gesendet von ',
  'gesendet mit ',
  'envoyé depuis ',
  'envoyé de ',
  'envoyé à partir ',
  'envoyé avec ',
  'télécharger outlook ',
  'obtenir outlook ',
  'enviado desde ',
  'enviado con ',
  'enviado do ',
  'enviado a partir ',
  'enviado de ',
  'enviado via ',
  'enviada do ',
  'obtener outlook ',
  'obter o outlook ',
  'inviato da ',
  'inviato dal ',
  'inviato con ',
  'scarica outlook ',
  'ottieni outlook ',
  'verzonden vanaf ',
  'verstuurd vanaf ',
  'verzonden met ',
  'verzonden via ',
  'sendt fra ',
  'sendt med ',
  'hent outlook ',
  'skickat från ',
  'skickades från ',
  'hämta outlook ',
  'lähetetty ',
  'wysłane z ',
  'wysłano z ',
  'odesláno z ',
  'отправлено с ',
  'отправлено из ',
  'надіслано з ',
  'dikirim dari ',
  'dihantar dari ',
  'đã gửi từ ',
  'trimis de pe ',
  'στάλθηκε από ',
  'elküldve ',
  'نُرسلت من ',
  'أُرسلت من ',
  'נשלח מ',
  '发自我的',
  '發自我的',
  '从我的',
  '從我的',
  '发自 ',
]

/** How such a line ends where the verb comes last. */
export const SENT_FROM_ENDINGS: readonly string[] = [
  ' gesendet',
  ' gönderildi',
  'から送信',
  '에서 보냄',
  '傳送',
  ' küldve',
]

/** The close of a letter: what follows is a name and what belongs to it. */
export const CLOSINGS: ReadonlySet<string> = new Set([
  'regards',
  'best regards',
  'kind regards',
  'kindest regards',
  'warm regards',
  'with kind regards',
  'with best regards',
  'many thanks and regards',
  'thanks and regards',
  'thanks & regards',
  'best wishes',
  'cheers',
  'sincerely',
  'sincerely yours',
  'yours sincerely',
  'yours faithfully',
  'yours truly',
  'mit freundlichen grüßen',
  'mit freundlichen grüssen',
  'mit freundlichem gruß',
  'freundliche grüße',
  'freundliche grüsse',
  'viele grüße',
  'viele grüsse',
  'liebe grüße',
  'beste grüße',
  'herzliche grüße',
  'schöne grüße',
  'mfg',
  'cordialement',
  'bien cordialement',
  'très cordialement',
  'bien à vous',
  'salutations distinguées',
  'meilleures salutations',
  'saludos',
  'un saludo',
  'saludos cordiales',
  'un cordial saludo',
  'atentamente',
  'cordiali saluti',
  'distinti saluti',
  'un saluto',
  'saluti',
  'atenciosamente',
  'cumprimentos',
  'com os melhores cumprimentos',
  'met vriendelijke groet',
  'met vriendelijke groeten',
  'vriendelijke groet',
  'vriendelijke groeten',
  'med venlig hilsen',
  'venlig hilsen',
  'mvh',
  'med vennlig hilsen',
  'vennlig hilsen',
  'med vänlig hälsning',
  'med vänliga hälsningar',
  'vänliga hälsningar',
  'ystävällisin terveisin',
  'terveisin',
  'pozdrawiam',
  'z poważaniem',
  's pozdravem',
  'üdvözlettel',
  'cu stimă',
  'с уважением',
  'з повагою',
  'saygılarımla',
  'saygılarımızla',
  'salam hormat',
  'hormat saya',
  'hormat kami',
  'trân trọng',
  '此致',
  '敬具',
])
