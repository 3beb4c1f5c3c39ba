/* SPDX-License-Identifier: Apache-2.0 */
/* Complex numbers: two of the real type. */
struct waves {
    char a;
    float _Complex single;
    double _Complex twice[2];
    _Complex long double longest;
    __complex__ double gnu;
};
/* Java has no number of 16 bits with a fraction; of 32 and 64, these are other names. */
struct widths {
    _Float16 half;
    _Float32 single;
    _Float64 whole;
    _Float16 halves[3];
};
