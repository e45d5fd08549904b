/* uuid.c - the texts of identifiers; libuuid makes the random ones. */
#include "base/uuid.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <uuid/uuid.h>

static int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* False unless s is 32 digits and dashes. */
static bool read_digits(unsigned char out[LA_UUID_BYTES], const char *s, size_t len) {
  int digits = 0;
  memset(out, 0, LA_UUID_BYTES);
  for (size_t i = 0; i < len; i++) {
    if (s[i] == '-') continue;
    int value = hex_value(s[i]);
    if (value < 0 || digits == 2 * LA_UUID_BYTES) return false;
    out[digits / 2] = (unsigned char)(out[digits / 2] << 4 | value);
    digits++;
  }
  return digits == 2 * LA_UUID_BYTES;
}

la_str *la_uuid_parse(const char *s, size_t len, la_error *e) {
  static const char urn[] = "urn:uuid:";
  unsigned char bytes[LA_UUID_BYTES];
  const char *p = s;
  size_t n = len, skip = sizeof urn - 1;
  if (n > skip && !strncasecmp(p, urn, skip)) p += skip, n -= skip;
  if (n > 2 && p[0] == '{' && p[n - 1] == '}') p++, n -= 2;
  if (!read_digits(bytes, p, n)) {
    la_fail_with(e, LA_EXC_ArgumentError, "badly formed hexadecimal UUID string '%.*s'", len > 80 ? 80 : (int)len, s);
    return NULL;
  }
  la_str *u = la_str_new((const char *)bytes, sizeof bytes);
  if (!u) la_fail_memory(e);
  return u;
}

la_str *la_uuid_random(la_error *e) {
  uuid_t bytes;
  uuid_generate_random(bytes);
  la_str *u = la_str_new((const char *)bytes, sizeof bytes);
  if (!u) la_fail_memory(e);
  return u;
}

void la_uuid_hex(char out[LA_UUID_HEX], const la_str *u) {
  for (int i = 0; i < LA_UUID_BYTES; i++) snprintf(out + 2 * i, 3, "%02x", (unsigned char)u->s[i]);
}

void la_uuid_text(char out[LA_UUID_TEXT], const la_str *u) {
  char hex[LA_UUID_HEX];
  la_uuid_hex(hex, u);
  snprintf(out, LA_UUID_TEXT, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

int la_uuid_version(const la_str *u) {
  int version = (unsigned char)u->s[6] >> 4;
  return ((unsigned char)u->s[8] & 0xc0) == 0x80 ? version : 0;
}

int la_uuid_compare(const la_str *a, const la_str *b) {
  int order = memcmp(a->s, b->s, LA_UUID_BYTES);
  return (order > 0) - (order < 0);
}
