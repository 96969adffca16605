"""The numbers that the paper prints (arXiv 2501.12900), as printed."""

THRESHOLD = 0.3  # of Tables 1 and 2, Figs 3 and 4

# Table 1 by block: accuracy, N_c, C_s, diag, n of the single-nodal performance (SNP) matrices.
TABLE1 = {
    7: (0.811, 4.9, 2.9, 14.6, 417.2),
    6: (0.797, 3.6, 1.8, 6.8, 299.5),
    5: (0.767, 3.3, 2.0, 6.9, 318.5),
    4: (0.729, 3.5, 2.2, 7.8, 346.9),
    3: (0.667, 3.5, 2.5, 9.1, 411.9),
    2: (0.576, 3.4, 2.8, 9.5, 475.4),
    1: (0.464, 3.3, 2.8, 9.3, 517.5),
}
# Table 2 by block: signal, noise_I, noise_E, SNR. Truncated, not rounded.
TABLE2 = {
    7: (37.4, 0.73, 10.6, 3.28),
    6: (17.6, 0.15, 7.6, 2.25),
    5: (17.7, 0.18, 8.1, 2.12),
    4: (20.1, 0.24, 8.8, 2.20),
    3: (23.3, 0.36, 10.5, 2.13),
    2: (24.5, 0.44, 12.1, 1.94),
    1: (23.8, 0.43, 13.2, 1.74),
}
# Table 3, the rows in its order: layer, side, tap, threshold, accuracy, N_c, C_s, diag, n.
TABLE3 = (
    ("qkv", "input", "qkv_in", 0.35, 0.796, 2.82, 1.57, 4.43, 182.5),
    ("qkv", "output", "qkv_out", 0.35, 0.797, 2.28, 1.63, 3.72, 201.6),
    ("projection", "input", "attention", 0.3, 0.783, 2.71, 1.52, 4.12, 137.3),
    ("projection", "output", "proj_out", 0.3, 0.804, 4.56, 2.30, 10.49, 366.7),
    ("linear1", "input", "linear1_in", 0.35, 0.805, 3.53, 1.96, 6.92, 234.4),
    ("linear1", "output", "linear1_out", 0.35, 0.797, 1.48, 1.49, 2.21, 79.6),
    ("linear2", "input", "linear1_out", 0.35, 0.797, 1.48, 1.49, 2.21, 79.6),
    ("linear2", "output", "block", 0.35, 0.811, 4.31, 2.24, 9.65, 258.4),
)
DILUTION = {"qkv": 0.85, "projection": 0.77, "linear1": 0.83, "linear2": 0.80}
# Accuracy after retraining: of the pruned block, and (by threshold and mask) of the pruned FC layer.
PRUNED_BLOCK = {"andc": 0.809}
PRUNED_FC = {(0.4, "andc"): 0.77, (0.4, "random"): 0.53}
# Table 4 by (block, head): labels, super-classes of which 1, 2, 3, 4, 5 of 5 labels are owned.
TABLE4 = {
    (7, 1): (23, 3, 3, 0, 1, 2),
    (7, 2): (15, 3, 1, 2, 1, 0),
    (7, 3): (15, 3, 2, 0, 2, 0),
    (7, 4): (21, 6, 0, 2, 1, 1),
    (6, 1): (4, 4, 0, 0, 0, 0),
    (6, 2): (26, 3, 4, 2, 1, 1),
    (6, 3): (5, 5, 0, 0, 0, 0),
    (6, 4): (4, 2, 1, 0, 0, 0),
}
LABELS_AND_SIZE = 100, 5  # of CIFAR-100: labels, and labels of a super-class
# Table 4, middle, by number of labels drawn at random: the same means over 50,000 samples.
TABLE4_RANDOM = {
    25: (8.1, 5.4, 1.7, 0.25, 0.015),
    20: (8.4, 4.2, 0.95, 0.10, 0.004),
    15: (8.1, 2.8, 0.44, 0.03, 0.0007),
    10: (6.8, 1.4, 0.13, 0.005, 0.0),
    5: (4.2, 0.37, 0.013, 0.0, 0.0),
}
# Table 5 by block: accuracy, labels of heads 1 to 4, total.
TABLE5 = {
    7: (0.97, 18, 20, 16, 14, 68),
    6: (0.93, 17, 13, 7, 13, 50),
    5: (0.88, 4, 8, 7, 5, 24),
    4: (0.81, 0, 3, 0, 4, 7),
}
# Fig 9: accuracy of labels that belong to a head, and of the rest; and of those that do in both blocks.
LABEL_ACCURACY = {
    "attention7": (0.82, 0.78),
    "attention6": (0.836, 0.79),
    "both attention7 and attention6": (0.857,),
}
# Fig 10: about so many labels belong to a head at ratios in this range.
PLATEAU = (1.5, 2.5)
RATIO_PLATEAU = {"attention7": 70}
# "~8": the skip of the attention sub-block of block 7 over what its projection adds.
SKIP_RATIO = 8
