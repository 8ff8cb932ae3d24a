# assess: rules for assessments, and the engine that computes them. Everything made lands in build/.
#
#   make run        set up, build, assess rules/2011.lua
#   make test       set up, build, run all tests;  make asan: the same under ASan and UBSan
#   make tsan       what starts threads, under ThreadSanitizer;  make valgrind: quick tests, and commands
#   make mutate SAMPLE=200   changes of our C that no test notices
#   make test-browser   the pages of reports in a real browser, which this sets up
#   make torture SHARE=0.1   memory, disk and process fail at that share of all calls
#   make fuzz MINUTES=1      libFuzzer, so long on each target (scripts/setup --fuzz)
#   make bench      speed, side by side with other programs;  make coverage: lines the tests reach
#   make install    below PREFIX, staged under DESTDIR;  make uninstall
#
# Another kind of build has a directory of its own: make BUILD=build/debug CFLAGS='-O0 -g' test
# SHARED=1 leaves all libraries where they lie. V=1 shows the commands.

BUILD   = build
PREFIX  = /usr/local
DESTDIR =
CFLAGS  = -O2 -g
SAN     =
SOVERSION = 0

CC = cc
MAKEFLAGS += -rR
VERSION := $(shell sed -n 's/^.define ASSESS_VERSION "\(.*\)"/\1/p' src/assess.h)
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wconversion
NEEDS = lua5.4 libpcre2-8 jansson libutf8proc nettle
# Reading through a null pointer is ASan's to see; UBSan would ask at each use, which takes a quarter of the time to
# compile. A report needs the lines alone of what debuggers read.
SANITIZE_1 = -fsanitize=address,undefined -fno-sanitize=null,object-size -fno-sanitize-recover=all \
             -fno-omit-frame-pointer -g1
SANITIZE_thread = -fsanitize=thread
INCLUDES := -Isrc $(shell pkg-config --cflags $(NEEDS) 2>/dev/null)
LIBS := $(shell pkg-config --libs $(NEEDS) 2>/dev/null) -lcsv -lm
# The program carries these libraries within itself where the system has them for that: to look for six files and to tie
# their names takes a third of the time of assess --version. The C library is always the system's, for what is opened
# when it is needed.
SHARED = $(SAN)
archive = $(filter /%,$(shell $(CC) -print-file-name=lib$(1:-l%=%).a))
within = $(if $(filter -l%,$(filter-out -lm -ldl -lpthread,$(1))),$(or $(call archive,$(1)),$(1)),$(1))
PROGRAM_LIBS := $(if $(SHARED),$(LIBS),$(foreach flag,$(LIBS),$(call within,$(flag))))
COMPILE = $(CC) -std=c11 -D_POSIX_C_SOURCE=200809L $(WARN) -pthread -fPIC -ffp-contract=off \
          $(INCLUDES) $(CFLAGS) $(SANITIZE_$(SAN)) -MMD -MP
Q = $(if $(V),,@)
LINK = $(CC) -pthread $(CFLAGS) $(SANITIZE_$(SAN)) $(LDFLAGS)

# The library, and the front that uses it through src/assess.h.
object = $(patsubst src/%.c,$(BUILD)/obj/%.o,$(wildcard $(1)))
FRONT_ROOMS = chart document html format change robust plot report proof web workbook seal cmd
FRONT = $(call object,$(FRONT_ROOMS:%=src/%/*.c))
TESTS = $(patsubst %.c,$(BUILD)/%,$(wildcard t/*.c))
FUZZ_OBJECTS = $(patsubst t/fuzz/%.c,$(BUILD)/t/fuzzed/%.o,$(wildcard t/fuzz/*.c))

# What the program writes of its own commands: pages of the manual, in English and in Chinese, and
# the scripts by which shells complete. The names of the commands are those of their records.
COMMANDS := $(shell sed -n 's/^    \.name = "\(.*\)",$$/\1/p' src/cmd/*.c)
PAGES = $(COMMANDS:%=assess-%.1)
MAN = share/man/man1
MAN_ZH = share/man/zh_CN/man1
COMPLETE_bash = share/bash-completion/completions/assess
COMPLETE_zsh = share/zsh/site-functions/_assess
COMPLETE_fish = share/fish/vendor_completions.d/assess.fish
WRITTEN = $(PAGES:%=$(BUILD)/$(MAN)/%) $(PAGES:%=$(BUILD)/$(MAN_ZH)/%) \
          $(patsubst %,$(BUILD)/%,$(COMPLETE_bash) $(COMPLETE_zsh) $(COMPLETE_fish))

# These are compiled once for each SIMD level; the program chooses when it starts.
# The flags let loops become vectors and keep the bits: no level may reorder or contract arithmetic.
KERNEL = -O3 -fno-math-errno -fno-trapping-math
KERNEL_baseline =
KERNEL_v3 = -march=x86-64-v3
KERNEL_v4 = -march=x86-64-v4 -mprefer-vector-width=512
LEVELS := baseline $(if $(filter x86_64-%,$(shell $(CC) -dumpmachine 2>/dev/null)),v3 v4)
KERNEL_SOURCES = expr/kernels expr/chain_kernels lua/number_kernels uncertainty/draw_kernels
KERNELS = $(foreach level,$(LEVELS),$(KERNEL_SOURCES:%=$(BUILD)/obj/%.$(level).o))
LIBRARY = $(filter-out $(FRONT) $(KERNEL_SOURCES:%=$(BUILD)/obj/%.o),$(call object,src/*/*.c)) $(KERNELS)

all: $(BUILD)/assess $(BUILD)/libassess.a $(BUILD)/libassess.so $(WRITTEN)

run:
	@scripts/setup
	@$(MAKE) --no-print-directory -j2 all >&2
	@$(BUILD)/assess rules/2011.lua
	@echo >&2; echo 'The program is $(BUILD)/assess. To type just "assess":' \
	    'make install PREFIX=~/.local (if ~/.local/bin is on the PATH)' >&2

test:
	@scripts/setup
	@$(MAKE) --no-print-directory -j2 all $(TESTS)
	@for t in t/*.t; do [ -x $$t ] && head -c 2 $$t | grep -q "#!" || { echo "$$t cannot be run: chmod +x $$t, and a first line \"#!…\"" >&2; exit 1; }; done
	@ASSESS_BUILD=$(BUILD) ASSESS_BIN=$(BUILD)/assess ASSESS_SAN=$(SAN) \
	    prove --timer -j2 -e '' $(TESTS) $(sort $(wildcard t/*.t))

# t/leaks lists the libraries whose own leaks are none of ours. Of freed memory 16 MB are kept back to see
# who still uses it: more only costs time, as few commands free that much.
asan:
	@ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1:quarantine_size_mb=16 UBSAN_OPTIONS=print_stacktrace=1 \
	    LSAN_OPTIONS=suppressions=$(CURDIR)/t/leaks:print_suppressions=0 \
	    $(MAKE) --no-print-directory BUILD=build/asan SAN=1 test

# ThreadSanitizer, on all that starts threads: tests, and commands with more threads than cores.
THREADED = thread_pool work files encoding chunks table rows run uncertainty
tsan:
	@$(MAKE) --no-print-directory -j2 BUILD=build/tsan SAN=thread CFLAGS='-O1 -g' \
	    build/tsan/assess $(THREADED:%=build/tsan/t/%)
	@scripts/tsan build/tsan $(THREADED)

test-browser:
	@scripts/setup --browser
	@$(MAKE) --no-print-directory -j2 $(BUILD)/assess
	@ASSESS_BIN=$(BUILD)/assess prove -e node t/browser/page.mjs

# scripts/coverage.d/counts.c says how it is counted; each function once, however often it is inlined. Beside the tests it
# has more changes of the corpora, all odd calls, commands of all kinds on all rules and on changed ones, and calls that
# fail as in make torture, one at each place of the program. What is wrong in these is told, and the shares all the same.
COUNTED = -O1 -g -fno-inline -Dalways_inline=noinline -Wno-attributes -Wno-psabi -fdata-sections --coverage
COUNTED_LINK = --coverage $(CURDIR)/build/coverage/counts.o -Wl,-T,$(CURDIR)/scripts/coverage.d/counts.ld,--wrap=__gcov_exit
coverage:
	@rm -rf build/coverage/counts && mkdir -p build/coverage/counts
	@find build/coverage -name '*.gcda' -delete
	@$(CC) -std=c11 $(WARN) -O1 -fPIC -DCOUNTS='"$(CURDIR)/build/coverage/counts"' -c -o build/coverage/counts.o scripts/coverage.d/counts.c
	-@$(MAKE) --no-print-directory BUILD=build/coverage KERNEL=-fno-math-errno CFLAGS='$(COUNTED)' LDFLAGS='$(COUNTED_LINK)' test
	-@for seed in $$(seq 50); do ASSESS_SEED=$$seed build/coverage/t/fuzz >/dev/null || exit 1; done
	-@ODD=all build/coverage/t/mistakes >/dev/null
	-@ASSESS_BIN=build/coverage/assess SEED=1 TIMES=8 scripts/sweep
	-@ASSESS_BIN=build/coverage/assess SEED=1 PLACES=40 KILLS=0 KINDS='one (?!kill)' scripts/torture
	@scripts/coverage build/coverage

# scripts/fuzz and scripts/torture say what may be set.
fuzz:
	@MINUTES=$(or $(MINUTES),1) TARGETS="$(TARGETS)" scripts/fuzz

# Tests that take less than a second of themselves: under memcheck it is forty times as much.
VALGRIND = assess axis bindings certain change commands csv dataset date diff encoding explain \
           explain_ops files findings formula graph growth limits mistakes model mutant number \
           operations pattern pool program ranges rank_correlation rows run sandbox source table \
           testing thread_pool width work

torture: all
	@ASSESS_BIN=$(BUILD)/assess SHARE=$(or $(SHARE),1) SEED=$(SEED) scripts/torture

valgrind: all $(VALGRIND:%=$(BUILD)/t/%)
	@scripts/valgrind $(BUILD) $(VALGRIND)

mutate: all $(BUILD)/front.a
	@BUILD=$(BUILD) SAMPLE=$(or $(SAMPLE),200) SEED=$(SEED) scripts/mutate

bench: all $(BUILD)/bench/index_job
	@scripts/bench

$(BUILD)/assess: $(BUILD)/obj/main.o $(FRONT) $(BUILD)/libassess.a
	@echo '  link $@'
	$(Q)$(LINK) -Wl,--export-dynamic-symbol=lxw_tmpfile -o $@ $^ $(PROGRAM_LIBS)

# A file is there whole or not at all.
write = $(Q)mkdir -p $(@D) && $(1) >$@.part && mv $@.part $@
$(BUILD)/$(MAN)/assess-%.1: $(BUILD)/assess
	$(call write,LANGUAGE=en $< help $* --roff)
$(BUILD)/$(MAN_ZH)/assess-%.1: $(BUILD)/assess
	$(call write,LANGUAGE=zh $< help $* --roff)
$(BUILD)/$(COMPLETE_bash): $(BUILD)/assess
	$(call write,$< completion bash)
$(BUILD)/$(COMPLETE_zsh): $(BUILD)/assess
	$(call write,$< completion zsh)
$(BUILD)/$(COMPLETE_fish): $(BUILD)/assess
	$(call write,$< completion fish)

$(BUILD)/libassess.a: $(LIBRARY)
	@rm -f $@
	@echo '  ar   $@'
	$(Q)ar rcs $@ $^

# Only the names of src/assess.h leave the shared library.
$(BUILD)/libassess.so.$(SOVERSION): $(LIBRARY) $(BUILD)/libassess.map
	@echo '  link $@'
	$(Q)$(LINK) -shared -Wl,-soname,$(@F) -Wl,--version-script,$(BUILD)/libassess.map \
	    -o $@ $(LIBRARY) $(LIBS)

$(BUILD)/libassess.map: Makefile
	@mkdir -p $(@D)
	@echo '{ global: assess_*; local: *; };' >$@

$(BUILD)/libassess.so: $(BUILD)/libassess.so.$(SOVERSION)
	@ln -sf $(<F) $@

# Under the sanitizers the rooms that compute are optimized in full; the others compile in two thirds of the time.
COMPUTING = base table expr uncertainty
ifeq ($(SAN),1)
$(filter-out $(COMPUTING:%=$(BUILD)/obj/%/%.o),$(call object,src/*.c src/*/*.c src/*/*/*.c)): CFLAGS += -O1
endif

$(BUILD)/obj/%.o: src/%.c Makefile
	@mkdir -p $(@D)
	@echo '  cc   $<'
	$(Q)$(COMPILE) -c -o $@ $<

# The Chinese of all texts; src/base/text.c carries it.
$(BUILD)/zh_CN.mo: src/base/zh_CN.po
	@mkdir -p $(@D)
	$(Q)msgfmt --check -o $@ $<
$(call object,src/base/text.c): COMPILE += -DASSESS_CATALOGUE='"$(BUILD)/zh_CN.mo"'
$(call object,src/base/text.c): $(BUILD)/zh_CN.mo

# The style sheet and the script that src/html/text.c carries.
$(call object,src/html/text.c): src/html/page.css src/html/page.js

# Where the reference LAPACK lies, see src/expr/linear.c.
$(call object,src/expr/linear.c): COMPILE += -DASSESS_MULTIARCH='"$(shell $(CC) -print-multiarch)"'

# The methods, compiled, that src/lua/compiled.c carries.
METHODS = $(wildcard rules/methods/*.lua rules/methods/*/*.lua)
$(BUILD)/compile: scripts/compile.c Makefile
	@mkdir -p $(@D)
	@echo '  cc   $<'
	$(Q)$(COMPILE) -o $@ $< $(LDFLAGS) $(LIBS)
$(BUILD)/methods: $(BUILD)/compile $(METHODS)
	$(call write,$< $(METHODS))
$(call object,src/lua/compiled.c): COMPILE += -DASSESS_METHODS='"$(BUILD)/methods"'
$(call object,src/lua/compiled.c): $(BUILD)/methods

define kernel
$(BUILD)/obj/$(1).$(2).o: src/$(1).c Makefile
	@mkdir -p $$(@D)
	@echo '  cc   $$< ($(2))'
	$$(Q)$$(COMPILE) $$(KERNEL) $$(KERNEL_$(2)) -DKERNEL_LEVEL=$(2) -c -o $$@ $$<
endef
$(foreach source,$(KERNEL_SOURCES),$(foreach level,$(LEVELS),$(eval $(call kernel,$(source),$(level)))))

# The Lua host looks for methods/ in the installed data directory, so that object depends on PREFIX.
$(call object,src/lua/require.c): COMPILE += -DASSESS_DATADIR='"$(PREFIX)/share/assess"'
$(call object,src/lua/require.c): $(BUILD)/datadir
$(BUILD)/datadir: always
	@mkdir -p $(@D)
	@echo '$(PREFIX)/share/assess' | cmp -s - $@ || echo '$(PREFIX)/share/assess' >$@

# A C test may use every floor; it is linked with the objects it needs and no others.
$(BUILD)/front.a: $(FRONT)
	@rm -f $@
	@ar rcs $@ $^

# A test is compiled as often as it is run, and in half the time with less optimization.
$(TESTS) $(FUZZ_OBJECTS): private CFLAGS += -O1
$(BUILD)/t/%: t/%.c Makefile $(BUILD)/front.a $(BUILD)/libassess.a
	@mkdir -p $(@D)
	@echo '  cc   $<'
	$(Q)$(COMPILE) -It -o $@ $< $(filter %.o,$^) $(BUILD)/front.a $(BUILD)/libassess.a $(LDFLAGS) $(LIBS)

# t/fuzz.c feeds all targets; with a compiler that has libFuzzer each is a program of its own.
$(BUILD)/t/fuzz: $(FUZZ_OBJECTS)
$(BUILD)/t/fuzzed/%.o: t/fuzz/%.c Makefile
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -It -c -o $@ $<

$(BUILD)/fuzz/%: t/fuzz/%.c Makefile $(BUILD)/front.a $(BUILD)/libassess.a
	@mkdir -p $(@D)
	@echo '  cc   $<'
	$(Q)$(COMPILE) -fsanitize=fuzzer -DFUZZ_ALONE -It -o $@ $< $(BUILD)/front.a \
	    $(BUILD)/libassess.a $(LDFLAGS) $(LIBS)

$(BUILD)/bench/%: scripts/bench.d/%.c Makefile $(BUILD)/libassess.a
	@mkdir -p $(@D)
	@echo '  cc   $<'
	$(Q)$(COMPILE) -o $@ $< $(BUILD)/libassess.a $(LDFLAGS) $(LIBS)

install: all
	install -d $(addprefix $(DESTDIR)$(PREFIX)/, bin include lib/pkgconfig \
	    share/assess/methods/mcda $(MAN) $(MAN_ZH) $(dir $(COMPLETE_bash) $(COMPLETE_zsh) \
	    $(COMPLETE_fish)))
	install $(BUILD)/assess $(DESTDIR)$(PREFIX)/bin/
	install -m 644 src/assess.h $(DESTDIR)$(PREFIX)/include/
	install -m 644 $(BUILD)/libassess.a $(BUILD)/libassess.so.$(SOVERSION) $(DESTDIR)$(PREFIX)/lib/
	ln -sf libassess.so.$(SOVERSION) $(DESTDIR)$(PREFIX)/lib/libassess.so
	sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|; s|@NEEDS@|$(NEEDS)|' scripts/assess.pc.in \
	    >$(DESTDIR)$(PREFIX)/lib/pkgconfig/assess.pc
	install -m 644 rules/methods/*.lua $(DESTDIR)$(PREFIX)/share/assess/methods/
	install -m 644 rules/methods/mcda/*.lua $(DESTDIR)$(PREFIX)/share/assess/methods/mcda/
	install -m 644 doc/assess.d.lua LICENSE $(DESTDIR)$(PREFIX)/share/assess/
	install -m 644 doc/assess.1 $(PAGES:%=$(BUILD)/$(MAN)/%) $(DESTDIR)$(PREFIX)/$(MAN)/
	install -m 644 $(PAGES:%=$(BUILD)/$(MAN_ZH)/%) $(DESTDIR)$(PREFIX)/$(MAN_ZH)/
	for file in $(COMPLETE_bash) $(COMPLETE_zsh) $(COMPLETE_fish); do \
	    install -m 644 $(BUILD)/$$file $(DESTDIR)$(PREFIX)/$$file || exit 1; done

uninstall:
	cd $(DESTDIR)$(PREFIX) && rm -f bin/assess include/assess.h lib/libassess.a lib/libassess.so \
	    lib/libassess.so.$(SOVERSION) lib/pkgconfig/assess.pc $(MAN)/assess.1 \
	    $(PAGES:%=$(MAN)/%) $(PAGES:%=$(MAN_ZH)/%) \
	    $(COMPLETE_bash) $(COMPLETE_zsh) $(COMPLETE_fish)
	rm -rf $(DESTDIR)$(PREFIX)/share/assess

clean:
	rm -rf build

-include $(shell find $(BUILD)/obj $(BUILD)/t $(BUILD)/bench -name '*.d' 2>/dev/null)

.PHONY: all run test test-browser asan tsan valgrind coverage fuzz torture mutate bench install uninstall clean always
