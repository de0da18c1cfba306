/** Keeps tokens for as long as the program runs. */
export function memoryStore(tokens) {
    let kept = tokens;
    return {
        get: () => kept,
        set: (given) => {
            kept = given;
        },
    };
}
