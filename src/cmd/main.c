/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the table of subcommands and the way into them.
 */
#include "cmd/cmd.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

static const struct cmd *const commands[] = {
	&cmd_world,
	&cmd_observe,
	&cmd_check,
	&cmd_report,
	&cmd_explain,
	&cmd_dump,
	&cmd_rov,
	&cmd_score,
	&cmd_simulate,
	&cmd_evaluate,
};

int
cmd_fail(const struct cmd *cmd, const struct err *err)
{
	(void)fprintf(stderr, "comity %s: %s\n", cmd->name, err->msg);
	return EXIT_CANNOT;
}

int
cmd_usage(const struct cmd *cmd, const char *fmt, ...)
{
	char text[300];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	(void)fprintf(stderr, "comity %s: %s\ntry `comity %s --help`\n",
	    cmd->name, text, cmd->name);
	return EXIT_CANNOT;
}

static void
print_help(FILE *to)
{
	(void)fprintf(to,
	    "comity - keeps and measures the norms of routing security "
	    "(MANRS)\n\nusage: comity COMMAND [ARGUMENTS]\n\n");
	for (size_t i = 0; i < COUNT(commands); i++)
		(void)fprintf(to, "  %-9s %s\n", commands[i]->name,
		    commands[i]->summary);
	(void)fprintf(to,
	    "\n`comity COMMAND --help` tells more; `comity --version`.\n"
	    "exit status: 0 done and fine, 1 done but a check failed or an "
	    "input was refused,\n2 could not be done\n");
}

static int
wants_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0 ||
		    strcmp(argv[i], "-h") == 0)
			return 1;
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc < 2) {
		print_help(stderr);
		return EXIT_CANNOT;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0) {
		print_help(stdout);
		return EXIT_FINE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		(void)printf("comity %s\n", COMITY_VERSION);
		return EXIT_FINE;
	}
	for (size_t i = 0; i < COUNT(commands); i++) {
		const struct cmd *c = commands[i];

		if (strcmp(c->name, argv[1]) != 0)
			continue;
		if (wants_help(argc - 1, argv + 1)) {
			(void)fputs(c->usage, stdout);
			return EXIT_FINE;
		}
		return c->run(argc - 1, argv + 1);
	}
	(void)fprintf(stderr,
	    "comity: no command \"%s\"; `comity --help` lists them\n", argv[1]);
	return EXIT_CANNOT;
}
