-- Warnings: shown, dropped, raised.
local la = require "lualchemy"

--- Warns: a sort of tables that need each other.
local function warn()
  local m = la.MetaData()
  la.Table("a", m, la.Column("id", la.Integer, {primary_key = true}), la.Column("b", la.Integer, la.ForeignKey("b.id")))
  la.Table("b", m, la.Column("id", la.Integer, {primary_key = true}), la.Column("a", la.Integer, la.ForeignKey("a.id")))
  return #m.sorted_tables
end

describe("la.warnings", function()
  local warnings = la.warnings

  it("catches what a function warns of", function()
    local list = warnings.catch_warnings(function() assert.equal(2, warn()) end)
    assert.equal(1, #list)
    assert.truthy(list[1].message:find("Cannot correctly sort tables", 1, true))
    assert.truthy(tostring(list[1]):find("Cannot correctly sort tables", 1, true))
    assert.is_true(la.exc.SAWarning:is(list[1]))
    assert.is_false(la.exc.SQLAlchemyError:is(list[1]))
  end)

  it("shows each text once, and catches all of them", function()
    local shown, kept = {}, warnings.showwarning
    warnings.showwarning = function(_, warning) shown[#shown + 1] = warning.message end
    local ok, e = pcall(function()
      for i = 1, 6 do warnings.warn("text " .. i % 2) end
      assert.same({"text 1", "text 0"}, shown)
      assert.equal(6, #warnings.catch_warnings(function()
        for i = 1, 6 do warnings.warn("text " .. i % 2) end
      end))
      assert.equal(2, #warnings.catch_warnings(function()
        warnings.simplefilter("once")
        for i = 1, 6 do warnings.warn("text " .. i % 2) end
      end))
    end)
    warnings.showwarning = kept
    assert(ok, e)
  end)

  it("makes errors of warnings, and drops them", function()
    local list = warnings.catch_warnings(function()
      warnings.simplefilter("error")
      local ok, e = pcall(warn)
      assert.is_false(ok)
      assert.is_true(la.exc.SAWarning:is(e))
      warnings.filterwarnings("ignore", {message = "cannot correctly"})
      warn()
    end)
    assert.same({}, list)
  end)

  it("ends filters with the function that set them, also by an error", function()
    assert.has_error(function()
      warnings.catch_warnings(function()
        warnings.simplefilter("ignore")
        error("stop", 0)
      end)
    end, "stop")
    assert.equal(1, #warnings.catch_warnings(warn))
  end)

  it("shows each text once if it is told so", function()
    local list = warnings.catch_warnings(function()
      warnings.simplefilter("once")
      warn()
      warn()
    end)
    assert.equal(1, #list)
  end)

  it("knows the classes", function()
    local list = warnings.catch_warnings(function()
      warnings.filterwarnings("ignore", {category = la.exc.SADeprecationWarning})
      warnings.warn("old", la.exc.LegacyAPIWarning)
      warnings.warn("odd")
    end)
    assert.equal(1, #list)
    assert.equal("odd", list[1].message)
  end)

  it("refuses what it cannot filter by", function()
    assert.has_error(function() warnings.simplefilter("never") end)
    assert.has_error(function() warnings.filterwarnings("error", {category = 5}) end)
    assert.has_error(function() warnings.filterwarnings("error", {text = "x"}) end)
    assert.has_error(function() warnings.warn(5) end)
  end)
end)
