/* SPDX-License-Identifier: Apache-2.0 */
/* Complex numbers: two of the real type. */
struct waves {
    char a;
    float _Complex single;
    double _Complex twice[2];
    _Complex long double longest;
    __complex__ double gnu;
};
