/** Which operations of TensorFlow.js round, and how. Those named in neither set round their result once or a few times. */

/** Operations that move, select or compare numbers, and round nothing. */
export const roundsNothing = new Set(
  [
    'Identity Cast Reshape ExpandDims Transpose Slice StridedSlice Concat Pack Unpack SplitV Tile BroadcastTo BroadcastArgs',
    'GatherV2 GatherNd ScatterNd TensorScatterUpdate SparseToDense PadV2 MirrorPad Reverse FlipLeftRight Select Where Diag',
    'DepthToSpace SpaceToBatchND BatchToSpaceND ZerosLike OnesLike Fill Range LinSpace OneHot Unique Bincount',
    'Equal NotEqual Greater GreaterEqual Less LessEqual LogicalAnd LogicalOr LogicalNot All Any',
    'Max Min Maximum Minimum ArgMax ArgMin TopK MaxPool MaxPool3D MaxPoolGrad MaxPool3DGrad MaxPoolWithArgmax',
    'Relu Relu6 Abs Neg Sign Step Floor Ceil Round ClipByValue IsNan IsFinite IsInf',
    'Complex Real Imag Multinomial SearchSorted NonMaxSuppressionV3 NonMaxSuppressionV4 NonMaxSuppressionV5 Print',
  ].flatMap((names) => names.split(' ')),
);

/** Operations that add up many numbers: their inputs are moved too, so that what cancels in the sum shows. */
export const sums = new Set(
  [
    'Sum Mean Prod Cumsum Cumprod BatchMatMul _FusedMatMul Einsum Softmax LogSoftmax UnsortedSegmentSum',
    'Conv1D Conv2D Conv2DBackpropFilter Conv2DBackpropInput Conv3D Conv3DBackpropFilterV2 Conv3DBackpropInputV2 FusedConv2D',
    'DepthwiseConv2dNative DepthwiseConv2dNativeBackpropFilter DepthwiseConv2dNativeBackpropInput FusedDepthwiseConv2D',
    'AvgPool AvgPool3D AvgPoolGrad AvgPool3DGrad LRN LRNGrad FusedBatchNorm AddN SparseSegmentSum SparseSegmentMean',
    'ResizeBilinear ResizeBilinearGrad',
  ].flatMap((names) => names.split(' ')),
);

/** What a kernel's result may be off by. */
export interface KernelError {
  /** In units in the last place of the result. */
  readonly units: number;
  /** In units in the last place of 1, however small the result is: a kernel that loses small results. */
  readonly absolute: number;
}

/**
 * Kernels that are less exact than one unit, as measured against float64 (native TensorFlow 2.15.1, TensorFlow.js
 * 4.22.0; see the decision): tanh, erf and the like by rational approximations, and some that lose small results,
 * such as elu as exp(x) − 1.
 */
const approximate: Readonly<Record<string, KernelError>> = {
  Tanh: { units: 2, absolute: 0 },
  Erf: { units: 2, absolute: 0 },
  Expm1: { units: 2, absolute: 0 },
  Asin: { units: 2, absolute: 0 },
  Softplus: { units: 2, absolute: 0 },
  'cpu Erf': { units: 1, absolute: 1 },
  'tensorflow Elu': { units: 1, absolute: 0.5 },
  'tensorflow Selu': { units: 1, absolute: 1 },
  'wasm Selu': { units: 1, absolute: 1 },
  'wasm Log1p': { units: 1, absolute: 1 },
  'wasm Sin': { units: 1, absolute: 2 },
  'wasm Cos': { units: 1, absolute: 2 },
};

/** The error of a kernel of a backend; one unit unless it is known to be more. */
export function kernelError(backend: string, kernel: string): KernelError {
  return approximate[`${backend} ${kernel}`] ?? approximate[kernel] ?? { units: 1, absolute: 0 };
}

/**
 * The error of a sum of n numbers, in units in the last place. The plain backend sums in float64. Native TensorFlow sums in
 * strands and blocks of some hundred: √n/4 up to there, then √(n/256)/4. WebAssembly sums in one strand: √n/4,
 * and for long sums n/256, since a small summand is lost in a large sum the same way each time.
 */
export function errorOfSum(backend: string, n: number): number {
  if (backend === 'cpu') return 1;
  if (backend === 'wasm') return Math.max(1, Math.sqrt(n) / 4, n / 256);
  return Math.max(1, Math.min(Math.sqrt(n), 32) / 4, Math.sqrt(n / 256) / 4);
}
