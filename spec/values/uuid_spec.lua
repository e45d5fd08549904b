-- la.uuid and la.uuid4.
local la = require "lualchemy"

local TEXT = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"

describe("la.uuid", function()
  it("reads every usual form", function()
    for _, form in ipairs {TEXT, TEXT:upper(), (TEXT:gsub("-", "")), "{" .. TEXT .. "}", "urn:uuid:" .. TEXT} do
      assert.equal(TEXT, tostring(la.uuid(form)))
    end
    assert.is_true(la.uuid(la.uuid(TEXT)) == la.uuid(TEXT))
  end)

  it("has hex, bytes, urn and version", function()
    local u = la.uuid(TEXT)
    assert.equal("6ba7b8109dad11d180b400c04fd430c8", u.hex)
    assert.equal(16, #u.bytes)
    assert.is_true(la.uuid {bytes = u.bytes} == u)
    assert.is_true(la.uuid {hex = u.hex} == u)
    assert.equal("urn:uuid:" .. TEXT, u.urn)
    assert.equal(1, u.version)
  end)

  it("refuses what is none", function()
    for _, bad in ipairs {"", "6ba7b810", TEXT .. "0", TEXT:gsub("6", "g", 1), TEXT .. "\0"} do
      local ok, err = pcall(la.uuid, bad)
      assert.is_false(ok)
      assert.is_truthy(tostring(err):find("badly formed hexadecimal UUID string", 1, true))
    end
    assert.is_false(pcall(la.uuid, 5))
    assert.is_false(pcall(la.uuid))
    assert.is_false(pcall(la.uuid, {bytes = "short"}))
    assert.is_false(pcall(la.uuid, {hex = TEXT, bytes = la.uuid(TEXT).bytes}))
  end)

  it("compares by value", function()
    local low, high = la.uuid(("0"):rep(32)), la.uuid(("f"):rep(32))
    assert.is_true(low == la.uuid(("0"):rep(32)))
    assert.is_true(low < high and low <= high)
    assert.is_false(high < low)
    assert.is_true(low:ne(high) and high:gt(low))
    assert.is_false(low:eq("x"))
  end)
end)

describe("la.uuid4", function()
  it("makes random ones of version 4", function()
    local a, b = la.uuid4(), la.uuid4()
    assert.is_true(la.uuid:is(a))
    assert.equal(4, a.version)
    assert.is_false(a == b)
  end)

  it("serves as the default of a column, which is called with a context", function()
    assert.is_true(la.uuid:is(la.uuid4({})))
  end)
end)
