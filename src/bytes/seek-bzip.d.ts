declare module 'seek-bzip' {
  interface ByteSink {
    writeByte(byte: number): void
  }
  const Bunzip: {
    /** Decompresses all of `input` into `output`, byte by byte; throws for damaged data. */
    decode(input: Buffer, output: ByteSink, multistream?: boolean): void
  }
  export default Bunzip
}
