-- The library runs on every Lua from 5.1 to 5.4: only names that all of them have may be used without a check.
std = "min"
max_line_length = 120
include_files = {"**/*.lua", "rockspec/*.rockspec", ".luacheckrc", ".busted"}
exclude_files = {"build"}
self = false

files["spec"].std = "min+busted"
-- Declarations for editors: functions without bodies, and signatures that cannot be broken.
files["lua/lualchemy/meta"].ignore = {"212", "241", "631"}
-- The differences between versions live here, so it may name what only some of them have.
files["lua/lualchemy/compat.lua"].std = "max"
files["rockspec"].std = "rockspec"
