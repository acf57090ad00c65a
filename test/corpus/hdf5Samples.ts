import { inflateSync } from 'node:zlib'

/**
 * HDF5 files that reach outside or claim too much, as h5py 3.14 writes them (`VirtualSource('/tmp/other.h5', 'x')`,
 * `external=[('/tmp/other.bin', 0, 16)]`, a chunked dataset of 2^40 numbers, `ExternalLink('/tmp/other.h5', '/x')`),
 * deflated: they are mostly zeros.
 */
const SAMPLES = {
  virtual:
    'eNrr9HBx4+WS4mLm4GCAgf9QwCAB4RtAxR07O9n9PVyCmBTYIlmykXEFkxCyRhjgYmJgZGBgA8oxMrCXp2amZ5QUH4bZ4sRABeDvJRcKdpIiupMYGBlFGBiYGBkZWaBqYTSzCAOjoII8lK/AIM7BIF4PZLECXcvMzcEHVMnMAA0NRhCxhWFIgr/6J5IZRsEoGAWjYBSMAmzA3dnfB1zJCSBVeEDgDFMAE9AvyS3Qzy/JSC3SyzBlqGBgRpIDASZQzQoSY2KE6mME1rAshbsPodg3g380zEfBKBgFo2AUjIJRMApGwSgYBaNgFIwCegMAQkA37g==',
  external:
    'eNrr9HBx4+WS4mIAAQ4OBhYGAQZk8B8KNrCi8mHyCVCaEUp3QOkVTDBxRrCcBFRcEGo+urqQIFdXkOr/aABmTwYLhOZgGAUjEXi4OgaA6AgoH5ZKTzChqitPzUzPKCmGp0cPCu1lZGCDmMUI40NSMiMjRACaLOE0M1AeJCOoIA8VU2AQ52AQr4fKswJTMEieiYkJbAA7gwaYzwjNKwY40jnMvxxQ+5kZYTlEAE1lBF3iQQIt3wewoKrTL8kt0M8vyUgt0kvKzGNgCPbzdwH5D+YvBebRNE0OAACW/j84',
  bomb: 'eNrr9HBx4+WS4mIAAQ4OBhYGAQZk8B8KKlhR+TD5BCjNCKU7oPQKJpg4I1hOAiouCDUfXV1IkKsrSPV/NACzx4AFQnMwjIKRCDxcHQNAdASUD0ulJ5hQ1ZWnZqZnlBTD06MHhfYyMrBCzGKE8TUgNBMjmkuw08zAlA9SKaggzwBJwgoM4hwM4vVQVazAFA2SZ2KGGMgBzSnMTMywLOAA5IIwNAdUDGg8BPv5u4ByNCwfKjCPpk1yAADeQThn',
  link: 'eNrr9HBx4+WS4mIAAQ4OBhYGAQZk8B8KKphR+TD5BCjNCKU7oPQKJpg4C1hOAiouADVfAWpeBFQ8JMjVFdl8dHtGwcgGHq6OAcjphQNKn2BCVQdLhwFUspcJnnKxp0wuoEsYkdSzMShA3MHhwF6empmeUVIsxMCgX5JboJ9fkpFapJdhyqBfwcAAAKFDQQ4=',
} as const

export function hdf5Sample(name: keyof typeof SAMPLES): Buffer {
  return inflateSync(Buffer.from(SAMPLES[name], 'base64'))
}
