interface SenderProps {
  readonly address: string
  readonly name?: string | undefined
}

/** Each on its own: a name may hold marks that turn what follows around, and must not make another address of this one. */
export function Sender({ address, name = '' }: SenderProps) {
  if (name === '') return <bdi>{address}</bdi>
  return (
    <>
      <bdi>{name}</bdi> <bdi>{`<${address}>`}</bdi>
    </>
  )
}
