/**
 * A password in the form in which it is counted and hashed: RFC 8265 §4.2, OpaqueString. Takes time that grows with the square of a
 * run of marks, so the length is judged before.
 */
export const toOpaqueString = (password: string) => password.replace(/\p{Zs}/gu, ' ').normalize('NFC');
