import type { MailTexts } from './texts.ts'

/** Arabic. Sentences avoid the gender of whoever is named. */
export const ar: MailTexts = {
  fromName: '{agent} من {site}',
  subject: 'محادثتك مع {site}',
  replyTitle: 'رسالة جديدة من {name}',
  resume: 'متابعة المحادثة',
  replyHint: 'أو يمكنك الرد على هذه الرسالة مباشرةً.',
  earlier: 'سابقًا في هذه المحادثة',
  you: 'أنت',
  reason: 'تصلك هذه الرسالة لأنك تركت عنوان بريدك في محادثة {site}.',
  unsubscribe: 'إيقاف الرسائل عن هذه المحادثة',
  confirmSubject: 'تأكيد عنوان بريدك لدى {site}',
  confirmTitle: 'هل هذا عنوانك؟',
  confirmBody: 'أُدخل هذا العنوان في محادثة {site} لتلقي الردود عبر البريد. إن كان ذلك منك، فيُرجى تأكيده.',
  confirmCode: 'أدخل هذا الرمز في المحادثة:',
  confirmButton: 'تأكيد هذا العنوان',
  confirmHolds: 'صالح لمدة {time}.',
  confirmNotYou: 'إن لم يكن ذلك منك، فلا حاجة لفعل أي شيء: لن تُرسل ردود إلى هنا دون تأكيد.',
  transcriptTitle: 'محادثتك مع {site}',
  transcriptReason: 'طلبت هذه النسخة في محادثة {site}.',
  quoted: 'بتاريخ {date}، كتب {name}:',
  stopAsk: 'هل تريد إيقاف الرسائل عن هذه المحادثة؟ يمكنك قراءة الردود على الموقع في أي وقت.',
  stopButton: 'إيقاف الرسائل',
  stopDone: 'تم. لن تصلك رسائل أخرى عن هذه المحادثة.',
  stopGone: 'لم يعد هذا الرابط صالحًا.',
}
