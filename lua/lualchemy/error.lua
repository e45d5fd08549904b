--- The exception classes (la.exc) and the raising of errors.
--
-- Classes come from the core's list. An error is an object: `e.message`,
-- `e.code`, `e.statement`, `e.params`, `e.orig`, `e.kind` …; tostring(e) is the text.
local core = require "lualchemy.core"

local exc = {}
local error_module = {exc = exc}
local class_meta = {}

--- Makes an error of a class from SQLAlchemy's positional arguments, or gives nil: lualchemy.exc puts it here.
function error_module.by_hand() end

--- Is x an instance of this class or of one derived from it?
local function is(class, x)
  local c = type(x) == "table" and getmetatable(x)
  while c do
    if c == class then return true end
    c = rawget(c, "__base")
  end
  return false
end

local DOC = "(Background on this %s at: https://sqlalche.me/e/20/%s)"

local function text(e)
  local parts = {}
  local class = getmetatable(e)
  for i, line in ipairs(e.details or {}) do parts[i] = line end
  if e.orig ~= nil and not e.headline then
    parts[#parts + 1] = "(" .. (e.orig_class or class.__name) .. ") " .. tostring(e.orig)
  else
    parts[#parts + 1] = e.message or "()"
  end
  if e.statement then parts[#parts + 1] = "[SQL: " .. (e.statement_text or e.statement) .. "]" end
  if e.params_text then parts[#parts + 1] = e.params_text end
  local doc = e.doc_code or class.__doc
  if doc == "" then return table.concat(parts, "\n") end
  local separator = exc.StatementError:is(e) and "\n" or " "
  return table.concat(parts, "\n") .. separator .. DOC:format(exc.SAWarning:is(e) and "warning" or "error", doc)
end

class_meta.__call = function(class, ...)
  local message, fields = ...
  if select("#", ...) > 2 or fields ~= nil and type(fields) ~= "table" then
    local e = error_module.by_hand(class, ...)
    if e then return e end
  end
  local e = {message = message}
  for k, v in pairs(fields or {}) do e[k] = v end
  if e.code and not class.add_detail then e.doc_code = e.code end
  return setmetatable(e, class)
end
class_meta.__tostring = function(class) return "la.exc." .. class.__name end

for _, row in ipairs(core.exceptions) do
  local name, parent, doc = row[1], row[2], row[3]
  local class = {__name = name, __doc = doc, code = doc ~= "" and doc or nil, __tostring = text, is = is}
  class.__index = class
  if name ~= parent then
    class.__base = exc[parent]
    setmetatable(class, {__index = exc[parent], __call = class_meta.__call, __tostring = class_meta.__tostring})
  else
    setmetatable(class, class_meta)
  end
  exc[name] = class
end
exc.ConcurrentModificationError = exc.StaleDataError

--- One more line before the message, in brackets.
--- @param detail string
function exc.StatementError:add_detail(detail)
  self.details = self.details or {}
  table.insert(self.details, "(" .. detail .. ")")
end

-- Mistakes of the program, as Python's own exceptions name them: outside SQLAlchemyError.
for _, name in ipairs{"TypeError", "AttributeError", "KeyError", "ValueError", "NotImplementedError",
                    "AssertionError"} do
  local class = {__name = name, __doc = "", __tostring = text, is = is}
  class.__index = class
  exc[name] = setmetatable(class, class_meta)
end

-- Warnings: what la.warnings shows, counts or raises. Not errors, but objects like them.
for _, row in ipairs{{"SAWarning"}, {"SADeprecationWarning"}, {"SAPendingDeprecationWarning"},
                     {"Base20DeprecationWarning", "SADeprecationWarning"},
                     {"LegacyAPIWarning", "Base20DeprecationWarning"}, {"MovedIn20Warning", "Base20DeprecationWarning"},
                     {"SATestSuiteWarning"}} do
  local class = {__name = row[1], __doc = "", __tostring = text, is = is, __base = exc[row[2]]}
  class.__index = class
  exc[row[1]] = setmetatable(class, class_meta)
end

-- What errors have in common that a program may ask for: a code of the manual; that they are raised as they are, not
-- within a StatementError: setmetatable(e, {__index = la.exc.DontWrapMixin}), or of a class that has it so.
exc.HasDescriptionCode = {__name = "HasDescriptionCode", is = function(_, x)
  return exc.SQLAlchemyError:is(x) or exc.SAWarning:is(x) or exc.SADeprecationWarning:is(x)
end}
exc.DontWrapMixin = {__name = "DontWrapMixin", is = function(mixin, x)
  while type(x) == "table" and x ~= mixin do
    local meta = getmetatable(x)
    x = type(meta) == "table" and rawget(meta, "__index")
  end
  return x == mixin
end}

--- Raises an error of class `name` (a name in la.exc).
--- @param name string
--- @param format string
function error_module.raise(name, format, ...)
  local message = select("#", ...) > 0 and format:format(...) or format
  error(exc[name](message), 0)
end

--- The same with the code of the page that tells more of it.
--- @param name string
--- @param code string
--- @param format string
function error_module.raise_documented(name, code, format, ...)
  error(exc[name](format:format(...), {code = code, doc_code = code}), 0)
end

--- What is done with a warning: something odd that is not an error. la.warnings puts a function of its own here.
--- @param message string
--- @param warning table an object of la.exc.SAWarning or its like
function error_module.on_warning(message, warning)
  io.stderr:write(getmetatable(warning).__name, ": ", message, "\n")
end

--- Warns.
--- @param message string
--- @param class? table la.exc.SAWarning unless given
--- @param code? string that of the page that tells more of it
function error_module.warn(message, class, code)
  local warning = (class or exc.SAWarning)(message, {code = code, doc_code = code})
  error_module.on_warning(tostring(warning), warning)
end

--- Of two names equally near, but for capitals: is the first one nearer?
local function is_nearer(given, a, b)
  local to_a, to_b = error_module.distance(given, a), error_module.distance(given, b)
  return to_a < to_b or to_a == to_b and a < b
end

--- The accepted name nearest to `given`, or nil if none is near.
--- @param given string
--- @param names string[]
--- @return string|nil
function error_module.nearest(given, names)
  local best, best_score
  for _, name in ipairs(names) do
    local score = error_module.distance(given:lower(), name:lower())
    if not best or score < best_score or score == best_score and is_nearer(given, name, best) then
      best, best_score = name, score
    end
  end
  if best and best_score <= math.max(2, math.floor(#given / 3)) then return best end
  return nil
end

--- Edit distance with transpositions.
function error_module.distance(a, b)
  if #a > 64 or #b > 64 then return 99 end
  local before, last = {}, {}
  for j = 0, #b do last[j] = j end
  for i = 1, #a do
    local row = {[0] = i}
    for j = 1, #b do
      local same = a:byte(i) == b:byte(j)
      row[j] = math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same and 0 or 1))
      if i > 1 and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j) then
        row[j] = math.min(row[j], before[j - 2] + 1)
      end
    end
    before, last = last, row
  end
  return last[#b]
end

core.on_warning(function(message, class) error_module.warn(message, exc[class or "SAWarning"]) end)
core.on_error(function(name, message, fields) return exc[name](message, fields) end)

return error_module
