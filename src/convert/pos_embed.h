/* pos_embed.h - the position embedding at another grid: bicubic with a = -0.75, half-pixel centers, edges
 * clamped, no antialiasing; the entry of CLS stays. As the official code does it for other input sizes.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_POS_EMBED_H
#define EVAX_POS_EMBED_H

/* out[1 + grid*grid][channels] of pos[1 + old*old][channels]. */
void pos_embed_resize(float *out, int grid, const float *pos, int old, int channels);

#endif
