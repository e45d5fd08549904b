/* md5.c - RFC 1321, over a text that is there as a whole.
 *
 * The text is padded with a bit 1, zeroes and its length in bits to a multiple
 * of 64 bytes; each block is worked into the state in four rounds of 16 steps.
 */
#include "base/md5.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* floor(2^32 * |sin(i + 1)|) */
static const uint32_t sines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};

static const uint8_t shifts[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

static uint32_t mix(int round, uint32_t b, uint32_t c, uint32_t d) {
  switch (round) {
    case 0: return (b & c) | (~b & d);
    case 1: return (d & b) | (~d & c);
    case 2: return b ^ c ^ d;
    default: return c ^ (b | ~d);
  }
}

/* Which word of the block step i takes. */
static int word_of(int i) {
  static const uint8_t factor[4] = {1, 5, 3, 7}, offset[4] = {0, 1, 5, 0};
  return (factor[i / 16] * i + offset[i / 16]) % 16;
}

static uint32_t load(const uint8_t *p) {
  return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void work(uint32_t s[4], const uint8_t block[64]) {
  uint32_t a = s[0], b = s[1], c = s[2], d = s[3];
  for (int i = 0; i < 64; i++) {
    uint32_t f = a + mix(i / 16, b, c, d) + sines[i] + load(block + 4 * word_of(i));
    int n = shifts[i / 16][i % 4];
    a = d;
    d = c;
    c = b;
    b += f << n | f >> (32 - n);
  }
  s[0] += a;
  s[1] += b;
  s[2] += c;
  s[3] += d;
}

void la_md5_hex(char out[33], const void *p, size_t n) {
  uint32_t s[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  const uint8_t *bytes = p;
  size_t whole = n - n % 64, rest = n % 64;
  uint8_t last[128] = {0};
  for (size_t i = 0; i < whole; i += 64) work(s, bytes + i);
  if (rest) memcpy(last, bytes + whole, rest);
  last[rest] = 0x80;
  size_t end = rest < 56 ? 64 : 128;
  for (int i = 0; i < 8; i++) last[end - 8 + (size_t)i] = (uint8_t)((uint64_t)n * 8 >> (8 * i));
  for (size_t i = 0; i < end; i += 64) work(s, last + i);
  for (int i = 0; i < 16; i++) snprintf(out + 2 * i, 3, "%02x", (unsigned)(s[i / 4] >> (8 * (i % 4)) & 0xff));
}
