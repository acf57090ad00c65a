/**
 * What a pickle may do with a vetted name.
 * `make`: a class or function that picklers call, harmless with any arguments.
 * `class`: a class whose objects are made without its constructor (NEWOBJ, copyreg) and get their state by BUILD.
 * `value`: something that is only kept: a function that a transformer applies, a dtype, an enumeration's member.
 */
export type Role = 'make' | 'class' | 'value'

/** Names by module, separated by spaces. Exact: no wildcards, no dotted names. */
export type AllowTable = Readonly<Record<Role, Readonly<Record<string, string>>>>
