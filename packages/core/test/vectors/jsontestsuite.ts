import { readdirSync, readFileSync } from 'node:fs'

const DIRECTORY = new URL('jsontestsuite/test_parsing/', import.meta.url)

export interface JsonFile {
  readonly name: string
  readonly bytes: Buffer
}

export const files: readonly JsonFile[] = readdirSync(DIRECTORY)
  .sort()
  .map(name => ({ name, bytes: readFileSync(new URL(encodeURIComponent(name), DIRECTORY)) }))

/** `accepted`: strict JSON. Else the code of a token that holds it. */
export type JsonVerdict = 'accepted' | 'token_json_invalid' | 'token_too_large'

/** Files that RFC 8259 leaves to the parser. */
export const LEFT_OPEN: Readonly<Record<string, JsonVerdict>> = {
  'i_number_double_huge_neg_exp.json': 'accepted',
  'i_number_huge_exp.json': 'token_json_invalid',
  'i_number_neg_int_huge_exp.json': 'token_json_invalid',
  'i_number_pos_double_huge_exp.json': 'token_json_invalid',
  'i_number_real_neg_overflow.json': 'token_json_invalid',
  'i_number_real_pos_overflow.json': 'token_json_invalid',
  'i_number_real_underflow.json': 'accepted',
  'i_number_too_big_neg_int.json': 'accepted',
  'i_number_too_big_pos_int.json': 'accepted',
  'i_number_very_big_negative_int.json': 'accepted',
  'i_object_key_lone_2nd_surrogate.json': 'token_json_invalid',
  'i_string_1st_surrogate_but_2nd_missing.json': 'token_json_invalid',
  'i_string_1st_valid_surrogate_2nd_invalid.json': 'token_json_invalid',
  'i_string_UTF-16LE_with_BOM.json': 'token_json_invalid',
  'i_string_UTF-8_invalid_sequence.json': 'token_json_invalid',
  'i_string_UTF8_surrogate_U+D800.json': 'token_json_invalid',
  'i_string_incomplete_surrogate_and_escape_valid.json': 'token_json_invalid',
  'i_string_incomplete_surrogate_pair.json': 'token_json_invalid',
  'i_string_incomplete_surrogates_escape_valid.json': 'token_json_invalid',
  'i_string_invalid_lonely_surrogate.json': 'token_json_invalid',
  'i_string_invalid_surrogate.json': 'token_json_invalid',
  'i_string_invalid_utf-8.json': 'token_json_invalid',
  'i_string_inverted_surrogates_U+1D11E.json': 'token_json_invalid',
  'i_string_iso_latin_1.json': 'token_json_invalid',
  'i_string_lone_second_surrogate.json': 'token_json_invalid',
  'i_string_lone_utf8_continuation_byte.json': 'token_json_invalid',
  'i_string_not_in_unicode_range.json': 'token_json_invalid',
  'i_string_overlong_sequence_2_bytes.json': 'token_json_invalid',
  'i_string_overlong_sequence_6_bytes.json': 'token_json_invalid',
  'i_string_overlong_sequence_6_bytes_null.json': 'token_json_invalid',
  'i_string_truncated-utf-8.json': 'token_json_invalid',
  'i_string_utf16BE_no_BOM.json': 'token_json_invalid',
  'i_string_utf16LE_no_BOM.json': 'token_json_invalid',
  'i_structure_500_nested_arrays.json': 'token_json_invalid',
  'i_structure_UTF-8_BOM_empty_object.json': 'token_json_invalid',
}

/** Where stricter rules than RFC 8259 hold, or a cheaper one decides first. */
export const OVERRIDES: Readonly<Record<string, { readonly verdict: JsonVerdict; readonly reason: string }>> = {
  'y_object_duplicated_key.json': {
    verdict: 'token_json_invalid',
    reason: 'member names must be unique; a parser may refuse others (RFC 7515 section 4, RFC 7519 section 4)',
  },
  'y_object_escaped_null_in_key.json': {
    verdict: 'token_json_invalid',
    reason: 'a name that cannot be written without escapes can be misread by JSON.parse (nodejs/node#63785)',
  },
  'y_object_duplicated_key_and_value.json': {
    verdict: 'token_json_invalid',
    reason: 'member names must be unique; a parser may refuse others (RFC 7515 section 4, RFC 7519 section 4)',
  },
  'n_structure_100000_opening_arrays.json': {
    verdict: 'token_too_large',
    reason: 'longer than 16,384 characters as a token, so nothing of it is read',
  },
  'n_structure_open_array_object.json': {
    verdict: 'token_too_large',
    reason: 'longer than 16,384 characters as a token, so nothing of it is read',
  },
}

export function verdictOn({ name }: JsonFile): JsonVerdict {
  const pinned = OVERRIDES[name]?.verdict ?? LEFT_OPEN[name]
  return pinned ?? (name.startsWith('y_') ? 'accepted' : 'token_json_invalid')
}

export const isStrictJson = (file: JsonFile): boolean => verdictOn(file) === 'accepted'

/** The JSON object with one member more, whose value is the file. */
export function spliced(json: string, { bytes }: JsonFile): Buffer {
  return around(`${json.slice(0, -1)},"x":`, bytes, '}')
}

export function around(before: string, bytes: Buffer, after: string): Buffer {
  return Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)])
}

export function isArray({ bytes }: JsonFile): boolean {
  return Array.isArray(JSON.parse(bytes.toString()))
}

export function isObject(file: JsonFile): boolean {
  const value: unknown = JSON.parse(file.bytes.toString())
  return typeof value === 'object' && value !== null && !isArray(file)
}
