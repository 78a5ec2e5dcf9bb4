/* SPDX-License-Identifier: BSD-2-Clause */
/* iana_fuzz.c - CSV and XML: registries of IANA, participants, scores, tests;
 * bytes that are of no kind are read as a registry. */
#include "registry/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum registry_kind kind = registry_sniff(data, size);

	switch ((int)kind) {
	case REG_PARTICIPANTS:
	case REG_OBSERVATORY:
	case REG_SHADOWSERVER:
	case REG_IANA_SPECIAL:
		fuzz_load(data, size, kind);
		break;
	default:
		fuzz_load(data, size, REG_IANA_SPACE);
		break;
	}
	return 0;
}
