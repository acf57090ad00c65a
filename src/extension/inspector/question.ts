import * as v from 'valibot'

/** What a page asks for, checked: it is our own page, but whoever gets into it shall not get further. */
const Count = v.pipe(v.number(), v.integer(), v.minValue(0))

export const TensorQuerySchema = v.object({
  text: v.pipe(v.string(), v.maxLength(1000)),
  sort: v.object({
    by: v.picklist(['name', 'dtype', 'shape', 'parameters', 'bytes']),
    descending: v.boolean(),
  }),
  grouped: v.boolean(),
  expansion: v.picklist(['auto', 'all', 'none']),
  toggled: v.array(v.string()),
})

export const RowRangeSchema = v.object({ from: Count, count: Count })

export const VersionKeySchema = v.object({ folder: v.string(), reference: v.string() })
