-- Rows are fetched with the collector at rest, but for statements in which the database calls functions of Lua: what
-- these leave behind is collected meanwhile.
local la = require "lualchemy"

local NUMBERS = [[
WITH RECURSIVE n(i, s) AS (SELECT 1, 'x' UNION ALL SELECT i + 1, 'number ' || (i + 1) FROM n WHERE i < 20000)
SELECT i, s FROM n]]

describe("the collector", function()
  local engine = la.create_engine("sqlite://")

  it("runs again after rows were fetched, and after an error", function()
    engine:connect(function(conn)
      assert.equal(20000, #conn:execute(la.text(NUMBERS)):all())
      assert.has_error(function() conn:execute(la.text(NUMBERS .. " WHERE s REGEXP '('")):all() end)
    end)
    local gone, last = setmetatable({{}}, {__mode = "v"}), nil
    for i = 1, 5 * collectgarbage("count") do -- kilobytes: five times what there is
      last = (i .. " "):rep(200)
    end
    assert.is_string(last)
    assert.is_nil(gone[1])
  end)

  it("does not let pile up what fetches before have left", function()
    engine:connect(function(conn)
      local wide = la.text((NUMBERS:gsub("SELECT i, s", "SELECT i, hex(randomblob(300)) AS s")))
      collectgarbage()
      local before, most = collectgarbage("count"), 0
      for _ = 1, 90 do
        assert.equal(20000, #conn:execute(wide):all())
        most = math.max(most, collectgarbage("count"))
      end
      -- a cycle begins when there is twice as much, and goes on while more is made, which the next one waits for, too
      assert.is_true(most < 7 * before + 60000) -- of 1,170 MB
    end)
  end)

  it("has collected what the chunks before have left when the next is read", function()
    engine:connect(function(conn)
      local wide = NUMBERS:gsub("SELECT i, s", "SELECT hex(randomblob(300)) AS s"):gsub("20000", "200000")
      collectgarbage()
      local before, most, n = collectgarbage("count"), 0, 0
      for chunk in conn:execute(la.text(wide)):partitions(10000) do
        n = n + #chunk
        most = math.max(most, collectgarbage("count"))
      end
      assert.equal(200000, n)
      assert.is_true(most < 3 * before + 70000) -- of 130 MB
    end)
  end)

  it("runs while the database calls functions of Lua", function()
    engine:connect(function(conn)
      local kept, most = {}, 0
      conn.connection:create_function("litter", 1, function(n)
        kept = {n, ("litter"):rep(2000) .. n}
        most = math.max(most, collectgarbage("count"))
        return n
      end)
      collectgarbage()
      local before = collectgarbage("count")
      -- it begins at once and is quick, however much the specifications before have left
      local pause, quick = collectgarbage("setpause", 100), collectgarbage("setstepmul", 1000)
      local rows = conn:execute(la.text("SELECT litter(i) AS i FROM (" .. NUMBERS .. ")")):all()
      collectgarbage("setpause", pause)
      collectgarbage("setstepmul", quick)
      assert.equal(20000, #rows)
      assert.is_true(most - before < 100000 + before / 2) -- of 240 MB
      assert.equal(20000, kept[1])
    end)
  end)
end)
