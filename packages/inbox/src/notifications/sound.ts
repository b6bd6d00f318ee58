// Two soft tones. Browsers allow sound only after the person has touched the page: until then it is silent, without an
// error.

export interface Sound {
  play(): void
  close(): void
}

const TONES_HZ = [660, 880] as const
const TONE_S = 0.09
const VOLUME = 0.06
/** Ten messages at once are one sound. */
const PAUSE_MS = 1_500

/** `target`: where a first touch or key press is listened for. */
export function createSound(target: EventTarget, now: () => number = Date.now): Sound {
  let context: AudioContext | null = null
  let lastAt = -PAUSE_MS
  const unlock = () => {
    stop()
    if (typeof AudioContext !== 'undefined') context = new AudioContext()
  }
  const stop = () => {
    for (const type of ['pointerdown', 'keydown']) target.removeEventListener(type, unlock)
  }
  for (const type of ['pointerdown', 'keydown']) target.addEventListener(type, unlock, { passive: true })

  return {
    play() {
      if (context === null || context.state !== 'running' || now() - lastAt < PAUSE_MS) return
      lastAt = now()
      for (const [index, frequency] of TONES_HZ.entries())
        tone(context, frequency, context.currentTime + index * TONE_S)
    },
    close() {
      stop()
      void context?.close()
      context = null
    },
  }
}

function tone(context: AudioContext, frequency: number, at: number): void {
  const oscillator = context.createOscillator()
  const gain = context.createGain()
  oscillator.frequency.value = frequency
  gain.gain.setValueAtTime(0, at)
  gain.gain.linearRampToValueAtTime(VOLUME, at + 0.01)
  gain.gain.exponentialRampToValueAtTime(0.0001, at + TONE_S * 2)
  oscillator.connect(gain).connect(context.destination)
  oscillator.start(at)
  oscillator.stop(at + TONE_S * 2)
}
