#include "compile/type_storage.h"

#include <inttypes.h>
#include <string.h>

#include "base/datetime.h"

static const char date_format[] = "%(year)04d-%(month)02d-%(day)02d";
static const char time_format[] = "%(hour)02d:%(minute)02d:%(second)02d.%(microsecond)06d";
static const char short_time_format[] = "%(hour)02d:%(minute)02d:%(second)02d";

static bool field_of(int64_t *out, const la_civil *c, const char *name, size_t n) {
  const struct {
    const char *name;
    int64_t value;
  } fields[] = {{"year", c->year},     {"month", c->month},   {"day", c->day},           {"hour", c->hour},
                {"minute", c->minute}, {"second", c->second}, {"microsecond", c->micro}, {NULL, 0}};
  for (int i = 0; fields[i].name; i++)
    if (strlen(fields[i].name) == n && !memcmp(fields[i].name, name, n)) {
      *out = fields[i].value;
      return true;
    }
  return false;
}

/* "%(name)0Nd" at s: writes the field and moves s behind it; false if it is none. */
static bool put_field(la_buf *out, const char **s, const la_civil *c) {
  const char *name = *s + 2, *end = (*s)[1] == '(' ? strchr(name, ')') : NULL;
  int64_t value;
  int width = 0;
  if (!end || !field_of(&value, c, name, (size_t)(end - name))) return false;
  for (end++; *end >= '0' && *end <= '9'; end++) width = (width * 10 + (*end - '0')) % 100;
  if (*end != 'd') return false;
  la_buf_printf(out, "%0*" PRId64, width, value);
  *s = end + 1;
  return true;
}

static void write_format(la_buf *out, const char *format, const la_civil *c) {
  for (const char *s = format; *s;) {
    if (*s == '%' && put_field(out, &s, c)) continue;
    if (*s == '%' && s[1] == '%') s++;
    la_buf_putc(out, *s++);
  }
}

static bool takes(const la_node *type, const la_value *v) {
  if (la_type_isa(type, LA_T_DATETIME) || la_type_isa(type, LA_T_DATE))
    return v->tag == LA_V_DATETIME || v->tag == LA_V_DATE;
  return v->tag == LA_V_TIME;
}

bool la_storage_write(la_buf *out, const la_node *type, const la_value *v) {
  const la_str *format = la_type_option_str(type, "storage_format");
  const char *clock = la_type_option_int(type, "truncate_microseconds", 0) ? short_time_format : time_format;
  la_civil c;
  if (!takes(type, v)) return false;
  la_civil_of(&c, v);
  if (format) {
    write_format(out, format->s, &c);
    return true;
  }
  bool is_time = la_type_isa(type, LA_T_TIME), is_date = la_type_isa(type, LA_T_DATE);
  if (!is_time) write_format(out, date_format, &c);
  if (!is_time && !is_date) la_buf_putc(out, ' ');
  if (!is_date) write_format(out, clock, &c);
  return true;
}
