/* json_text.c - one character after the other, decoded, checked, written. */
#include "base/json_text.h"

#include <stdint.h>
#include <string.h>

static void put_unit(la_buf *b, uint32_t u) { la_buf_printf(b, "\\u%04x", (unsigned)u); }

/* The character at s, of which n bytes are left; moves *used. 0xffffffff: not UTF-8. */
static uint32_t next_char(const unsigned char *s, size_t n, size_t *used) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  size_t len = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;
  if (!len || len > n) return UINT32_MAX;
  uint32_t c = len == 1 ? s[0] : s[0] & (0x7fu >> len);
  for (size_t i = 1; i < len; i++) {
    if ((s[i] & 0xc0) != 0x80) return UINT32_MAX;
    c = c << 6 | (s[i] & 0x3fu);
  }
  *used = len;
  return c < least[len] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) ? UINT32_MAX : c;
}

static void put_char(la_buf *b, uint32_t c) {
  static const char special[] = "\"\\\b\f\n\r\t", letter[] = "\"\\bfnrt";
  const char *p = c && c < 0x80 ? strchr(special, (int)c) : NULL;
  if (p) {
    la_buf_putc(b, '\\');
    la_buf_putc(b, letter[p - special]);
  } else if (c >= 0x20 && c < 0x7f) {
    la_buf_putc(b, (char)c);
  } else if (c < 0x10000) {
    put_unit(b, c);
  } else {
    put_unit(b, 0xd7c0 + (c >> 10));
    put_unit(b, 0xdc00 + (c & 0x3ff));
  }
}

size_t la_json_escape(la_buf *out, const char *s, size_t n) {
  for (size_t i = 0, used = 1; i < n; i += used) {
    uint32_t c = next_char((const unsigned char *)s + i, n - i, &used);
    if (c == UINT32_MAX) return i;
    put_char(out, c);
  }
  return n;
}
